import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import type { components } from '../api/schema';
import { CreateForm } from '../ui/create-form';
import { Field } from '../ui/field';
import { parseJson, prettyJson } from '../ui/json';

type Definition = components['schemas']['EventTypeDefinitionDto'];

const START = prettyJson({
  name: 'UserCreated',
  description: 'A user was created.',
  eventType: 'user.created',
  example: { userId: 'u-42' },
});

interface Props {
  app: string;
  topic: string;
  onDone: () => Promise<void>;
}

/** Registers one event type, written as the API has it. */
export function RegisterEventType({ app, topic, onDone }: Props) {
  const [text, setText] = useState(START);
  const register = useMutation({
    mutationFn: async () =>
      ask(
        api.POST('/v1/apps/{app}/topics/{topic}/event-types', {
          params: { path: { app, topic } },
          body: { eventTypes: [parseJson(text) as Definition] },
        }),
      ),
    onSuccess: onDone,
  });
  return (
    <CreateForm title="New event type" action="Register" making={register}>
      <Field label="Event type, as JSON">
        {(control) => <textarea {...control} rows={8} spellCheck={false} value={text} onChange={({ target }) => setText(target.value)} />}
      </Field>
    </CreateForm>
  );
}
