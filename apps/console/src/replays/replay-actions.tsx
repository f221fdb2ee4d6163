import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { Replay } from '../api/shapes';
import { ConfirmButton } from '../ui/confirm-button';
import { ErrorNote } from '../ui/states';

type Action = 'pause' | 'resume' | 'cancel';

/** What may be done about a replay that has not ended. */
export function ReplayActions({ replay: { id, state, endedAt } }: { replay: Replay }) {
  const act = useMutation({
    mutationFn: (action: Action) => ask(api.POST(`/v1/replays/{id}/${action}`, { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['replays'] }),
  });
  if (endedAt !== null) return null;
  return (
    <div className="actions">
      {state === 'paused' ? (
        <button className="primary" disabled={act.isPending} onClick={() => act.mutate('resume')}>
          Resume
        </button>
      ) : (
        <button disabled={act.isPending} onClick={() => act.mutate('pause')}>
          Pause
        </button>
      )}
      <ConfirmButton action="Cancel the replay" disabled={act.isPending} onConfirm={() => act.mutate('cancel')}>
        It sends nothing more; what it has sent on its way goes on.
      </ConfirmButton>
      {act.error && <ErrorNote error={act.error} />}
    </div>
  );
}
