import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { ResendQuestion } from '../deliveries/bulk-resend';
import { useBulk } from '../ui/bulk';
import { BulkOutcome } from '../ui/bulk-outcome';
import { ConfirmButton } from '../ui/confirm-button';

interface Props {
  /** Those that are ticked. */
  ids: string[];
  mayResend: boolean;
  mayDiscard: boolean;
  /** There are rows that have not been read, and so cannot be ticked. */
  hasMore: boolean;
  untick: (ids: string[]) => void;
}

/** Sends the ticked ones again, or gives them up for good. */
export function DivertedActions({ ids, mayResend, mayDiscard, hasMore, untick }: Props) {
  const onSettled = async (done: string[]): Promise<void> => {
    untick(done);
    await Promise.all(['diverted', 'deliveries'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  const resend = useBulk((id) => ask(api.POST('/v1/diverted/{id}/resend', { params: { path: { id } } })), onSettled);
  const discard = useBulk((id) => ask(api.DELETE('/v1/diverted/{id}', { params: { path: { id } } })), onSettled);
  const isIdle = ids.length === 0 || resend.isPending || discard.isPending;
  return (
    <div className="bulk">
      {mayResend && (
        <ConfirmButton
          action={ids.length > 0 ? `Resend ${ids.length} ticked` : 'Resend ticked'}
          disabled={isIdle}
          onConfirm={() => resend.start(ids)}
        >
          <ResendQuestion count={ids.length} hasMore={hasMore} />
        </ConfirmButton>
      )}
      {mayDiscard && (
        <ConfirmButton action="Discard" disabled={isIdle} onConfirm={() => discard.start(ids)}>
          {ids.length} ticked will stay on record as cancelled and never be sent.
        </ConfirmButton>
      )}
      <BulkOutcome bulk={resend} done="sent again" />
      <BulkOutcome bulk={discard} done="discarded" />
    </div>
  );
}
