import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { Subscription } from '../api/shapes';
import { useMay } from '../session/session';
import { ConfirmButton } from '../ui/confirm-button';
import { MayLink } from '../ui/may-link';
import { plainName } from '../ui/plain-name';
import { ErrorNote } from '../ui/states';
import { Suspension } from './suspension';

const refresh = () => queries.invalidateQueries({ queryKey: ['subscriptions'] });

/** What an operator may do about a subscription. */
export function SubscriptionActions({ subscription }: { subscription: Subscription }) {
  const { id, name } = subscription;
  const params = { path: { id } };
  const go = useNavigate();
  const mayWrite = useMay('subscriptions:write');
  const test = useMutation({ mutationFn: () => ask(api.POST('/v1/subscriptions/{id}/test', { params, body: {} })) });
  const duplicate = useMutation({
    mutationFn: () => ask(api.POST('/v1/subscriptions/{id}/duplicate', { params })),
    onSuccess: async (copy) => {
      await refresh();
      await go(`/subscriptions/${copy.id}`, { state: { secret: copy.secret } });
    },
  });
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE('/v1/subscriptions/{id}', { params })),
    onSuccess: async () => {
      await go('/subscriptions');
      queries.removeQueries({ queryKey: ['subscriptions', id] });
      await refresh();
    },
  });
  if (!mayWrite) return null;
  const error = test.error ?? duplicate.error ?? remove.error;
  return (
    <>
      <div className="actions">
        <Link className="button" to={`/subscriptions/${id}/edit`}>
          Edit
        </Link>
        <button disabled={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </button>
        <button disabled={duplicate.isPending} onClick={() => duplicate.mutate()}>
          Duplicate
        </button>
        <Suspension subscription={subscription} onChange={refresh} />
        <ConfirmButton action="Delete" disabled={remove.isPending} onConfirm={() => remove.mutate()}>
          “{plainName(name)}” gets nothing any more, and what waits to be delivered is cancelled.
        </ConfirmButton>
      </div>
      {test.data && (
        <p role="status">
          Sent:{' '}
          <MayLink may="deliveries:read" to={`/deliveries/${test.data.deliveryId}`}>
            {test.data.deliveryId}
          </MayLink>
        </p>
      )}
      {error && <ErrorNote error={error} />}
    </>
  );
}
