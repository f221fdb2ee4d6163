import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { NewEvent } from '../api/shapes';
import { Heading } from '../ui/heading';
import { parseJson, prettyJson } from '../ui/json';
import { MayLink } from '../ui/may-link';
import { ErrorNote } from '../ui/states';
import { Up } from '../ui/up';
import { VerdictTable } from './explanation';

const EXAMPLE = { type: 'order.created', resource: { type: 'order', id: '42' }, data: { total: 9.5, state: 'paid' } };

/** What was published before may be published again, but not under the id it had. */
const start = (payload: unknown): string => {
  const { id: _, ...rest } = (payload ?? EXAMPLE) as Record<string, unknown>;
  return prettyJson(rest);
};

const parse = (text: string): NewEvent => parseJson(text) as NewEvent;

/** Publishes what is written. Until that was taken, the same text is the same event, so that no answer that was lost makes it two. */
function usePublish(text: string) {
  const attempt = useRef({ text: '', key: '' });
  return useMutation({
    mutationFn: async () => {
      const body = parse(text);
      if (attempt.current.text !== text) attempt.current = { text, key: crypto.randomUUID() };
      // An event with an id of its own is known by that.
      const header = body.id === undefined ? { 'Idempotency-Key': attempt.current.key } : {};
      return ask(api.POST('/v1/events', { params: { header }, body }));
    },
    onSuccess: () => {
      attempt.current = { text: '', key: '' };
      return queries.invalidateQueries({ queryKey: ['events'] });
    },
  });
}

/** Publishes an event, or only says who would get it and what they would be sent. */
export default function PublishEvent() {
  const { state } = useLocation() as { state: { payload?: unknown } | null };
  const [text, setText] = useState(() => start(state?.payload));
  const dryRun = useMutation({ mutationFn: async () => ask(api.POST('/v1/explain', { body: parse(text) })) });
  const publish = usePublish(text);
  const error = publish.error ?? dryRun.error;
  return (
    <>
      <Up to="/events" />
      <Heading title="Publish a test event" />
      <form className="form" onSubmit={(event) => event.preventDefault()}>
        <label>
          Event
          <textarea value={text} onChange={({ target }) => setText(target.value)} rows={16} spellCheck={false} />
        </label>
        <p className="actions">
          <button className="primary" disabled={publish.isPending} onClick={() => publish.mutate()}>
            Publish
          </button>
          <button disabled={dryRun.isPending} onClick={() => dryRun.mutate()}>
            Who would get it?
          </button>
        </p>
      </form>
      {error && <ErrorNote error={error} />}
      {publish.data && (
        <p role="status">
          Accepted:{' '}
          <MayLink may="events:read" to={`/events/${publish.data.id}`}>
            {publish.data.id}
          </MayLink>
        </p>
      )}
      {dryRun.data && <VerdictTable items={dryRun.data.items} />}
    </>
  );
}
