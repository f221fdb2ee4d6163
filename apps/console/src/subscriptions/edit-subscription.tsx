import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ask, Problem } from '../api/client';
import { queries } from '../api/queries';
import type { NewSubscription, Subscription } from '../api/shapes';
import { Answer } from '../ui/answer';
import { Heading } from '../ui/heading';
import { plainName } from '../ui/plain-name';
import { toDraft } from './draft';
import { SubscriptionForm } from './subscription-form';
import { useSubscription } from './use-subscription';

/** Changes a subscription. */
export default function EditSubscription() {
  const { id = '' } = useParams();
  const subscription = useSubscription(id);
  return (
    <Answer of={subscription} what="the subscription">
      {(newest) => <Editor key={id} newest={newest} />}
    </Answer>
  );
}

/** The version that was read first is the one that is changed: what others write meanwhile is not overwritten unasked. */
function Editor({ newest }: { newest: Subscription }) {
  const { id } = newest;
  const go = useNavigate();
  const [base, setBase] = useState(newest);
  const save = useMutation({
    mutationFn: (body: NewSubscription) =>
      ask(
        api.PUT('/v1/subscriptions/{id}', {
          params: { path: { id }, header: { 'If-Match': entityTag(base) } },
          body,
        }),
      ),
    onSuccess: async ({ secret }) => {
      await queries.invalidateQueries({ queryKey: ['subscriptions'] });
      await go(`/subscriptions/${id}`, { state: { secret } });
    },
    onError: (error) => isStale(error) && queries.invalidateQueries({ queryKey: ['subscriptions', id], exact: true }),
  });
  const isOvertaken = isStale(save.error) && newest.version.versionNo !== base.version.versionNo;
  const rebase = (): void => {
    setBase(newest);
    save.reset();
  };
  return (
    <>
      <Heading title={`Edit “${plainName(base.name)}”`} />
      <SubscriptionForm
        start={toDraft(base)}
        action={`Save over version ${base.version.versionNo}`}
        id={id}
        error={save.error}
        isPending={save.isPending}
        onSubmit={(body) => save.mutate(body)}
      >
        <Link className="button" to={`/subscriptions/${id}`}>
          Leave it
        </Link>
        {isOvertaken && (
          <button type="button" onClick={rebase}>
            Keep mine, over {newest.version.versionNo} by {newest.version.modifiedBy}
          </button>
        )}
      </SubscriptionForm>
    </>
  );
}

const isStale = (error: unknown): boolean => error instanceof Problem && error.code === 'stale_version';

/** A version's entity tag is its integer. */
const entityTag = ({ version }: Subscription): string => `"${Number.parseInt(version.versionNo, 10)}"`;
