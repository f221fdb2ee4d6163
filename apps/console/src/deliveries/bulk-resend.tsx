import { Link } from 'react-router';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { Delivery } from '../api/shapes';
import { useBulk } from '../ui/bulk';
import { BulkOutcome } from '../ui/bulk-outcome';
import { ConfirmButton } from '../ui/confirm-button';
import { replayOf } from './replay-of';

interface Props {
  ticked: Delivery[];
  /** There are rows that have not been read, and so cannot be ticked. */
  hasMore: boolean;
  untick: (ids: string[]) => void;
}

/** Sends the ticked deliveries again, one request each, or hands what is like them to a replay. */
export function BulkResend({ ticked, hasMore, untick }: Props) {
  const resend = useBulk(
    (id) => ask(api.POST('/v1/deliveries/{id}/resend', { params: { path: { id } } })),
    (done) => {
      untick(done);
      return queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
  );
  const count = ticked.length > 0 ? `${ticked.length} ticked` : 'ticked';
  return (
    <div className="bulk">
      <ConfirmButton
        action={`Resend ${count}`}
        disabled={ticked.length === 0 || resend.isPending}
        onConfirm={() => resend.start(ticked.map(({ id }) => id))}
      >
        <ResendQuestion count={ticked.length} hasMore={hasMore} />
      </ConfirmButton>
      {ticked.length > 0 && !resend.isPending && (
        <Link className="button" to={`/replays/new?${replayOf(ticked)}`}>
          Replay what is like them
        </Link>
      )}
      <BulkOutcome bulk={resend} done="sent again" />
    </div>
  );
}

export const ResendQuestion = ({ count, hasMore }: { count: number; hasMore: boolean }) => (
  <>
    {count === 1 ? 'One delivery is' : `${count} deliveries are`} sent to {count === 1 ? 'its endpoint' : 'their endpoints'} once more,
    those that have arrived, too. Their policies’ attempts begin anew.
    {hasMore && ' Rows of the list that were not read yet are not among them: a replay sends those.'}
  </>
);
