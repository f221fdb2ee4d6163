import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { App } from '../api/shapes';
import { Field, faultsAt } from '../ui/field';
import { SaveOrLeave } from '../ui/save-or-leave';

/** Changes what an app is called, where it serves its resources and what it asks of subscribers. */
export function EditApp({ app, onDone }: { app: App; onDone: () => void }) {
  const [name, setName] = useState(app.name);
  const [baseUrl, setBaseUrl] = useState(app.baseUrl ?? '');
  const [permissions, setPermissions] = useState(app.permissions.join(' '));
  const [permissionMatch, setMatch] = useState(app.permissionMatch);
  const save = useMutation({
    mutationFn: () =>
      ask(
        api.PATCH('/v1/apps/{id}', {
          params: { path: { id: app.id } },
          body: {
            name: name.trim(),
            baseUrl: baseUrl.trim() || null,
            permissions: permissions.split(/[\s,]+/).filter((permission) => permission !== ''),
            permissionMatch,
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['apps'] });
      onDone();
    },
  });
  return (
    <form
      className="form card"
      aria-label="Edit the app"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Field label="Name" hint="Subscribers see it." faults={faultsAt(save.error, '/name')}>
        {(control) => <input {...control} required autoFocus value={name} onChange={({ target }) => setName(target.value)} />}
      </Field>
      <Field label="Serves its resources at" hint="Empty: nowhere." faults={faultsAt(save.error, '/baseUrl')}>
        {(control) => <input {...control} inputMode="url" value={baseUrl} onChange={({ target }) => setBaseUrl(target.value)} />}
      </Field>
      <Field
        label="Permissions of subscribers"
        hint="What a subscriber's key must hold; empty: nothing."
        faults={faultsAt(save.error, '/permissions')}
      >
        {(control) => <input {...control} value={permissions} onChange={({ target }) => setPermissions(target.value)} />}
      </Field>
      <Field label="Needed of them" faults={faultsAt(save.error, '/permissionMatch')}>
        {(control) => (
          <select {...control} value={permissionMatch} onChange={({ target }) => setMatch(target.value as App['permissionMatch'])}>
            <option>any</option>
            <option>all</option>
          </select>
        )}
      </Field>
      <SaveOrLeave saving={save} onLeave={onDone} />
    </form>
  );
}
