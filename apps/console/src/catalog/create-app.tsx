import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { Field, faultsAt } from '../ui/field';
import { ErrorNote } from '../ui/states';

/** Registers an app by its name. */
export function CreateApp() {
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: () => ask(api.POST('/v1/apps', { body: { name: name.trim() } })),
    onSuccess: async () => {
      setName('');
      await queries.invalidateQueries({ queryKey: ['apps'] });
    },
  });
  return (
    <details>
      <summary>New app</summary>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Field label="Name" hint="Subscribers see it." faults={faultsAt(create.error, '/name')}>
          {(control) => <input {...control} required value={name} onChange={({ target }) => setName(target.value)} />}
        </Field>
        {create.error && <ErrorNote error={create.error} />}
        <p className="actions">
          <button className="primary" disabled={create.isPending}>
            Register
          </button>
        </p>
      </form>
    </details>
  );
}
