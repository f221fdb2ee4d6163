import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, ask } from '../api/client';
import type { Expunge } from '../api/shapes';
import { useMay } from '../session/session';
import { Answer } from '../ui/answer';
import { refreshExpunged } from './refresh-expunged';

const OPEN_MS = 1_000;

/** How far an expunge has come. Follows along until it has ended, for keys that may read it. */
export function ExpungeProgress({ id }: { id: string }) {
  const mayRead = useMay('expunges:read');
  const expunge = useQuery({
    queryKey: ['expunges', id],
    queryFn: () => ask(api.GET('/v1/expunges/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? OPEN_MS : false),
    enabled: mayRead,
  });
  const isDone = expunge.data?.state === 'done';
  useEffect(() => {
    if (isDone) void refreshExpunged();
  }, [isDone]);
  if (!mayRead) return <p role="status">The expunge was asked for. It goes on by itself.</p>;
  return (
    <Answer of={expunge} what="the expunge">
      {(found) => <Counts of={found} />}
    </Answer>
  );
}

function Counts({ of: { resource, state, events, deliveriesCancelled } }: { of: Expunge }) {
  const isDone = state === 'done';
  const of = resource ? `Expunge of all of ${resource.type} ${resource.id}` : 'Expunge of this event';
  return (
    <p role="status">
      <span className={`mark ${isDone ? 'good' : 'warn'}`}>{isDone ? 'done' : 'running'}</span> {of}: {events}{' '}
      {events === 1 ? 'payload' : 'payloads'} taken{isDone ? '' : ' so far'}, {deliveriesCancelled} waiting{' '}
      {deliveriesCancelled === 1 ? 'delivery' : 'deliveries'} cancelled.
    </p>
  );
}
