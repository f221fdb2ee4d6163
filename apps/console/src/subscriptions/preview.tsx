import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ask } from '../api/client';
import type { NewEvent, NewSubscription } from '../api/shapes';
import { useMay } from '../session/session';
import { Field } from '../ui/field';
import { parseJson, prettyJson } from '../ui/json';
import { ErrorNote } from '../ui/states';
import { EventChoice } from './event-choice';
import { PreviewResult } from './preview-result';

const SAMPLE = { type: 'order.created', resource: { type: 'order', id: '42' }, data: { state: 'paid' } };
const SETTLE_MS = 400;

interface Props {
  /** As the API takes it. */
  draft: NewSubscription;
  /** The stored subscription that it is a draft of, whose secrets it keeps. */
  id?: string | undefined;
}

/** What an event would make of a draft, as one writes either: does it pass the filters, and which request does it get. */
export function Preview({ draft, id }: Props) {
  const mayRead = useMay('events:read');
  const mayList = useMay('events:list');
  const [text, setText] = useState(() => prettyJson(SAMPLE));
  const settled = useSettled(JSON.stringify({ draft, text }));
  const preview = useQuery({
    queryKey: ['preview', id, settled],
    queryFn: () => {
      const asked = JSON.parse(settled) as { draft: NewSubscription; text: string };
      const body = { subscription: asked.draft, event: parseJson(asked.text) as NewEvent, ...(id ? { subscriptionId: id } : {}) };
      return ask(api.POST('/v1/subscriptions/preview', { body }));
    },
    placeholderData: (before) => before,
    retry: false,
  });
  return (
    <div className="form">
      {mayRead && mayList && <EventChoice onChoose={(payload) => setText(prettyJson(payload))} />}
      <Field label="Event">
        {(control) => <textarea {...control} rows={8} spellCheck={false} value={text} onChange={({ target }) => setText(target.value)} />}
      </Field>
      {preview.error ? <ErrorNote error={preview.error} /> : preview.data && <PreviewResult result={preview.data} />}
    </div>
  );
}

/** A value once it has stopped changing. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
