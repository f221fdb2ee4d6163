import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { CreateForm } from '../ui/create-form';
import { Field, faultsAt } from '../ui/field';

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
    <CreateForm title="New app" action="Register" making={create}>
      <Field label="Name" hint="Subscribers see it." faults={faultsAt(create.error, '/name')}>
        {(control) => <input {...control} required value={name} onChange={({ target }) => setName(target.value)} />}
      </Field>
    </CreateForm>
  );
}
