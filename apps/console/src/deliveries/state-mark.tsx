import type { Delivery } from '../api/shapes';

/** A delivery's state in a word and a colour; never in the colour alone. */
export const StateMark = ({ delivery: { state, held, reason } }: { delivery: Pick<Delivery, 'state' | 'held' | 'reason'> }) => (
  <span className={`mark ${state}`} title={reason ?? undefined}>
    {held ? 'held' : state}
  </span>
);
