import { type ReactNode, useState } from 'react';
import { Problem } from '../api/client';
import type { NewSubscription } from '../api/shapes';
import { Field, faultsAt } from '../ui/field';
import { LeaveGuard } from '../ui/leave-guard';
import { type Draft, isElsewhere, toBody } from './draft';
import { Preview } from './preview';

interface Props {
  start: Draft;
  /** What the button says. */
  action: string;
  /** The subscription that is changed; left out, it is new. */
  id?: string;
  error: Error | null;
  isPending: boolean;
  onSubmit: (body: NewSubscription) => void;
  /** Beside the button. */
  children?: ReactNode;
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The body that a draft stands for, or why it is none. */
function read(draft: Draft): { body: NewSubscription; fault: null } | { body: null; fault: string } {
  try {
    return { body: toBody(draft), fault: null };
  } catch (error) {
    return { body: null, fault: error instanceof Error ? error.message : 'This is no JSON.' };
  }
}

/** A subscription to be written, beside what an event would make of it as it stands. */
export function SubscriptionForm({ start, action, id, error, isPending, onSubmit, children }: Props) {
  const [draft, setDraft] = useState(start);
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
  const { body, fault } = read(draft);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(start);
  const elsewhere = error instanceof Problem ? error.fields.filter(({ path }) => isElsewhere(path)) : [];
  return (
    <div className="beside">
      <LeaveGuard when={isChanged && !isPending} />
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (body) onSubmit(body);
        }}
      >
        <Field label="Name" faults={faultsAt(error, '/name')}>
          {(control) => <input {...control} value={draft.name} onChange={({ target }) => set({ name: target.value })} />}
        </Field>
        <Field label="Url" hint="Path and query may hold {/pointer} placeholders." faults={faultsAt(error, '/url')}>
          {(control) => <input {...control} inputMode="url" value={draft.url} onChange={({ target }) => set({ url: target.value })} />}
        </Field>
        <Field label="Method" faults={faultsAt(error, '/method')}>
          {(control) => (
            <select {...control} value={draft.method} onChange={({ target }) => set({ method: target.value as Draft['method'] })}>
              {METHODS.map((method) => (
                <option key={method}>{method}</option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label="Event types"
          hint="One a line; * stands for any characters. Without these, topics and sources it gets every event."
          faults={faultsAt(error, '/eventTypes')}
        >
          {(control) => (
            <textarea
              {...control}
              rows={3}
              spellCheck={false}
              value={draft.eventTypes}
              onChange={({ target }) => set({ eventTypes: target.value })}
            />
          )}
        </Field>
        <Field label="Time for one attempt, in milliseconds" faults={faultsAt(error, '/timeoutMs')}>
          {(control) => (
            <input
              {...control}
              type="number"
              step={500}
              value={draft.timeoutMs}
              onChange={({ target }) => set({ timeoutMs: target.value })}
            />
          )}
        </Field>
        <label className="tick">
          <input type="checkbox" checked={draft.enabled} onChange={({ target }) => set({ enabled: target.checked })} />
          Enabled
        </label>
        <Field
          label="Everything else, as JSON"
          hint="filter, headers, templates, signature, failureHandling, ordering, auth, tls, callback … as the API has them."
          faults={[...(fault ? [fault] : []), ...elsewhere.map(({ path, message }) => `${path || '/'}: ${message}`)]}
        >
          {(control) => (
            <textarea {...control} rows={14} spellCheck={false} value={draft.rest} onChange={({ target }) => set({ rest: target.value })} />
          )}
        </Field>
        {error && (
          <p className="error-note" role="alert">
            {error.message} {error instanceof Problem && <code>{error.code}</code>}
          </p>
        )}
        <div className="actions">
          <button className="primary" disabled={isPending || body === null}>
            {action}
          </button>
          {children}
        </div>
      </form>
      <section aria-label="Preview">
        <h2>What an event would make of it</h2>
        {body && draft.url !== '' ? <Preview draft={body} id={id} /> : <p className="hint">{fault ?? 'As soon as there is a url.'}</p>}
      </section>
    </div>
  );
}
