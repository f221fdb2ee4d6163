import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import type { components } from '../api/schema';
import type { EventType } from '../api/shapes';
import { Field, faultsAt } from '../ui/field';
import { parseJson, prettyJson } from '../ui/json';
import { SaveOrLeave } from '../ui/save-or-leave';

type Body = components['schemas']['EventTypeBodyDto'];

/** Members that are texts, and members that are JSON; an empty control stands for none. */
const TEXTS = [
  ['description', 'Description', 'What it tells, for people.'],
  ['eventType', 'Type of the published events', 'Empty: the name.'],
  ['getApiPath', 'Path of the thing itself', 'Under where the app serves its resources; {…} stands for a part of the event.'],
] as const;
const DOCUMENTS = [
  ['example', 'Example', 'Data of an event, as JSON.'],
  ['schema', 'Schema', 'JSON Schema of the data.'],
  ['filterLogic', 'Only those for which', 'JSON Logic over the event.'],
] as const;

type Draft = Record<(typeof TEXTS)[number][0] | (typeof DOCUMENTS)[number][0], string>;

const draftOf = (type: EventType): Draft => {
  const json = (value: unknown): string => (value === null ? '' : prettyJson(value));
  const { description, eventType, getApiPath, example, schema, filterLogic } = type;
  return {
    ...{ description: description ?? '', eventType: eventType ?? '', getApiPath: getApiPath ?? '' },
    ...{ example: json(example), schema: json(schema), filterLogic: json(filterLogic) },
  };
};

const bodyOf = (draft: Draft): Body =>
  Object.fromEntries([
    ...TEXTS.map(([member]) => [member, draft[member].trim() || null]),
    ...DOCUMENTS.map(([member]) => [member, draft[member].trim() === '' ? null : parseJson(draft[member])]),
  ]) as Body;

interface Props {
  type: EventType;
  /** What was changed is saved. */
  onSaved: () => Promise<void>;
  onClose: () => void;
}

/** Changes an event type, its example included. */
export function EditEventType({ type, onSaved, onClose }: Props) {
  const [draft, setDraft] = useState(() => draftOf(type));
  const { appId: app, topic, name } = type;
  const save = useMutation({
    mutationFn: async () =>
      ask(api.PATCH('/v1/apps/{app}/topics/{topic}/event-types/{name}', { params: { path: { app, topic, name } }, body: bodyOf(draft) })),
    onSuccess: async () => {
      await onSaved();
      onClose();
    },
  });
  const set = (member: keyof Draft, value: string): void => setDraft((before) => ({ ...before, [member]: value }));
  return (
    <form
      className="form"
      aria-label={`Edit ${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {TEXTS.map(([member, label, hint], i) => (
        <Field key={member} label={label} hint={hint} faults={faultsAt(save.error, `/${member}`)}>
          {(control) => (
            <input {...control} autoFocus={i === 0} value={draft[member]} onChange={({ target }) => set(member, target.value)} />
          )}
        </Field>
      ))}
      {DOCUMENTS.map(([member, label, hint]) => (
        <Field key={member} label={label} hint={`${hint} Empty: none.`} faults={faultsAt(save.error, `/${member}`)}>
          {(control) => (
            <textarea {...control} rows={6} spellCheck={false} value={draft[member]} onChange={({ target }) => set(member, target.value)} />
          )}
        </Field>
      ))}
      <SaveOrLeave saving={save} onLeave={onClose} />
    </form>
  );
}
