import type { NewReplay } from '../api/shapes';
import { Field, faultsAt } from '../ui/field';
import type { ReplayDraft } from './replay-draft';

interface Props {
  draft: ReplayDraft;
  onChange: (draft: ReplayDraft) => void;
  error: Error | null;
}

/** What a replay takes up: which window, of whom, of what. */
export function ReplayFields({ draft, onChange, error }: Props) {
  const set = (change: Partial<ReplayDraft>): void => onChange({ ...draft, ...change });
  const input = (name: Exclude<keyof ReplayDraft, 'mode'>, label: string, path: string, hint?: string, type = 'text') => (
    <Field label={label} hint={hint} faults={faultsAt(error, path)}>
      {(control) => (
        <input {...control} type={type} step={1} value={draft[name]} onChange={({ target }) => set({ [name]: target.value })} />
      )}
    </Field>
  );
  return (
    <>
      <Field label="What" faults={faultsAt(error, '/mode')}>
        {(control) => (
          <select {...control} value={draft.mode} onChange={({ target }) => set({ mode: target.value as NewReplay['mode'] })}>
            <option value="failed">deliveries that ended without success</option>
            <option value="missing">events that the subscription never saw</option>
          </select>
        )}
      </Field>
      {input('from', 'Events accepted from', '/from', undefined, 'datetime-local')}
      {input('to', 'before', '/to', undefined, 'datetime-local')}
      {input('subscription', 'Subscription', '/subscriptionId', draft.mode === 'failed' ? 'Its id; empty: all of them.' : 'Its id.')}
      {input('eventTypes', 'Event types', '/filter/eventTypes', 'Separated by blanks, * allowed; empty: all.')}
      {input('ratePerSecond', 'Deliveries a second, at most', '/ratePerSecond', undefined, 'number')}
    </>
  );
}
