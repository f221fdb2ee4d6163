import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { useBulk } from '../ui/bulk';
import { BulkOutcome } from '../ui/bulk-outcome';
import { ConfirmButton } from '../ui/confirm-button';

interface Props {
  /** Those that are ticked. */
  ids: string[];
  mayResend: boolean;
  mayDiscard: boolean;
  clear: () => void;
}

/** Sends the ticked ones again, or gives them up for good. */
export function DivertedActions({ ids, mayResend, mayDiscard, clear }: Props) {
  const onSettled = async (): Promise<void> => {
    clear();
    await Promise.all(['diverted', 'deliveries'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  const resend = useBulk((id) => ask(api.POST('/v1/diverted/{id}/resend', { params: { path: { id } } })), onSettled);
  const discard = useBulk((id) => ask(api.DELETE('/v1/diverted/{id}', { params: { path: { id } } })), onSettled);
  const isIdle = ids.length === 0 || resend.isPending || discard.isPending;
  return (
    <div className="bulk">
      {mayResend && (
        <button disabled={isIdle} onClick={() => resend.mutate(ids)}>
          Resend {ids.length || ''} ticked
        </button>
      )}
      {mayDiscard && (
        <ConfirmButton action="Discard" disabled={isIdle} onConfirm={() => discard.mutate(ids)}>
          {ids.length} ticked will stay on record as cancelled and never be sent.
        </ConfirmButton>
      )}
      <BulkOutcome bulk={resend} done="sent again" />
      <BulkOutcome bulk={discard} done="discarded" />
    </div>
  );
}
