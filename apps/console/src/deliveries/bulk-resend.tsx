import { Link } from 'react-router';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { Delivery } from '../api/shapes';
import { useBulk } from '../ui/bulk';
import { BulkOutcome } from '../ui/bulk-outcome';
import { replayOf } from './replay-of';

/** Sends the ticked deliveries again, one request each, or hands what is like them to a replay. */
export function BulkResend({ ticked, clear }: { ticked: Delivery[]; clear: () => void }) {
  const resend = useBulk(
    (id) => ask(api.POST('/v1/deliveries/{id}/resend', { params: { path: { id } } })),
    async () => {
      clear();
      await queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
  );
  const count = ticked.length > 0 ? `${ticked.length} ticked` : 'ticked';
  return (
    <div className="bulk">
      <button disabled={ticked.length === 0 || resend.isPending} onClick={() => resend.mutate(ticked.map(({ id }) => id))}>
        Resend {count}
      </button>
      {ticked.length > 0 && (
        <Link className="button" to={`/replays/new?${replayOf(ticked)}`}>
          Replay what is like them
        </Link>
      )}
      <BulkOutcome bulk={resend} done="sent again" />
    </div>
  );
}
