import { useMutation } from '@tanstack/react-query';
import type { RowSelectionState } from '@tanstack/react-table';
import { api, ask, Problem } from '../api/client';
import { queries } from '../api/queries';

/** Sends the ticked deliveries again, one request each; says how many were and what kept the others. */
export function BulkResend({ ticked, clear }: { ticked: RowSelectionState; clear: () => void }) {
  const ids = Object.keys(ticked).filter((id) => ticked[id]);
  const resend = useMutation({
    mutationFn: async (all: string[]) => {
      const refused = new Map<string, number>();
      for (const id of all) {
        await ask(api.POST('/v1/deliveries/{id}/resend', { params: { path: { id } } })).catch((error: unknown) => {
          if (!(error instanceof Problem) || error.status === 401) throw error;
          refused.set(error.message, (refused.get(error.message) ?? 0) + 1);
        });
      }
      return { sent: all.length - [...refused.values()].reduce((sum, count) => sum + count, 0), refused: [...refused] };
    },
    onSettled: async () => {
      clear();
      await queries.invalidateQueries({ queryKey: ['deliveries'] });
    },
  });
  return (
    <div className="bulk" aria-live="polite">
      <button disabled={ids.length === 0 || resend.isPending} onClick={() => resend.mutate(ids)}>
        Resend {ids.length > 0 ? `${ids.length} ticked` : 'ticked'}
      </button>
      {resend.isPending && <span>Resending …</span>}
      {resend.data && (
        <span>
          {resend.data.sent} sent again.
          {resend.data.refused.map(([why, count]) => ` ${count}: ${why}`)}
        </span>
      )}
      {resend.error && <span role="alert">{resend.error.message}</span>}
    </div>
  );
}
