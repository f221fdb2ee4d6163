import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { CreateForm } from '../ui/create-form';
import { Field, faultsAt } from '../ui/field';

/** A new tenant by its name and the slug that its paths have for good. */
export function CreateTenant() {
  const [name, setName] = useState('');
  const [slug, setSlug] = useState('');
  const create = useMutation({
    mutationFn: () => ask(api.POST('/v1/tenants', { body: { name: name.trim(), slug: slug.trim() } })),
    onSuccess: async () => {
      setName('');
      setSlug('');
      await queries.invalidateQueries({ queryKey: ['tenants'] });
    },
  });
  return (
    <CreateForm title="New tenant" action="Make it" making={create} said={create.data && `${create.data.name} is ${create.data.id}.`}>
      <Field label="Name" faults={faultsAt(create.error, '/name')}>
        {(control) => <input {...control} required value={name} onChange={({ target }) => setName(target.value)} />}
      </Field>
      <Field label="Slug" hint="It never changes." faults={faultsAt(create.error, '/slug')}>
        {(control) => <input {...control} required value={slug} onChange={({ target }) => setSlug(target.value)} />}
      </Field>
    </CreateForm>
  );
}
