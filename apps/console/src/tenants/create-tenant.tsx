import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { Field, faultsAt } from '../ui/field';
import { ErrorNote } from '../ui/states';

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
    <details>
      <summary>New tenant</summary>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Field label="Name" faults={faultsAt(create.error, '/name')}>
          {(control) => <input {...control} required value={name} onChange={({ target }) => setName(target.value)} />}
        </Field>
        <Field label="Slug" hint="It never changes." faults={faultsAt(create.error, '/slug')}>
          {(control) => <input {...control} required value={slug} onChange={({ target }) => setSlug(target.value)} />}
        </Field>
        {create.error && <ErrorNote error={create.error} />}
        <p className="actions">
          <button className="primary" disabled={create.isPending}>
            Make it
          </button>
          <span role="status">{create.data && `${create.data.name} is ${create.data.id}.`}</span>
        </p>
      </form>
    </details>
  );
}
