import { useMutation, useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { useMay } from '../session/session';
import { ErrorNote } from '../ui/states';
import { Time } from '../ui/time';

const TONES = { off: '', pending: 'warn', verified: 'good', failed: 'bad' } as const;
const PENDING_MS = 2_000;

/** Whether the endpoint has shown that it expects deliveries; it can be asked again. */
export function EndpointCheck({ id }: { id: string }) {
  const mayWrite = useMay('subscriptions:write');
  const params = { path: { id } };
  const queryKey = ['subscriptions', id, 'endpoint-check'];
  const check = useQuery({
    queryKey,
    queryFn: () => ask(api.GET('/v1/subscriptions/{id}/endpoint-check', { params })),
    refetchInterval: ({ state }) => (state.data?.state === 'pending' ? PENDING_MS : false),
  });
  const again = useMutation({
    mutationFn: () => ask(api.POST('/v1/subscriptions/{id}/endpoint-check', { params })),
    onSuccess: (answer) => queries.setQueryData(queryKey, answer),
  });
  const note = check.error && <ErrorNote error={check.error} onRetry={() => void check.refetch()} />;
  if (!check.data || check.data.state === 'off') return note;
  const { state, tries, lastError, checkedAt } = check.data;
  return (
    <>
      <h2>Endpoint check</h2>
      {note}
      <div className="actions">
        <span className={`mark ${TONES[state]}`}>{state}</span>
        <span>
          asked {tries}×, last <Time at={checkedAt} /> {lastError}
        </span>
        {mayWrite && state !== 'verified' && (
          <button disabled={again.isPending} onClick={() => again.mutate()}>
            Ask it again
          </button>
        )}
      </div>
      {again.error && <ErrorNote error={again.error} />}
    </>
  );
}
