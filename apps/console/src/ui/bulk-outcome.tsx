import type { BulkResult } from './bulk';

interface Props {
  bulk: { isPending: boolean; data: BulkResult | undefined; error: Error | null };
  /** What was done, as in "3 sent again". */
  done: string;
}

export const BulkOutcome = ({ bulk: { isPending, data, error }, done }: Props) => (
  <span role="status">
    {isPending && 'Working …'}
    {!isPending && data && `${data.done} ${done}.${data.refused.map(([why, count]) => ` ${count}: ${why}`).join('')}`}
    {error?.message}
  </span>
);
