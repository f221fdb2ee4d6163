import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { NewSubscription } from '../api/shapes';
import { Heading } from '../ui/heading';
import { Up } from '../ui/up';
import { EMPTY } from './draft';
import { SubscriptionForm } from './subscription-form';

/** A new subscription; its page then shows the signing secret, this once. */
export default function CreateSubscription() {
  const go = useNavigate();
  const create = useMutation({
    mutationFn: (body: NewSubscription) => ask(api.POST('/v1/subscriptions', { body })),
    onSuccess: async ({ id, secret }) => {
      await queries.invalidateQueries({ queryKey: ['subscriptions'] });
      await go(`/subscriptions/${id}`, { state: { secret } });
    },
  });
  return (
    <>
      <Up to="/subscriptions" />
      <Heading title="New subscription" />
      <SubscriptionForm
        start={EMPTY}
        action="Subscribe"
        error={create.error}
        isPending={create.isPending}
        onSubmit={(body) => create.mutate(body)}
      />
    </>
  );
}
