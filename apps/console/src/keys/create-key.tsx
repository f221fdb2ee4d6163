import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import { CreateForm } from '../ui/create-form';
import { Field, faultsAt } from '../ui/field';
import { fromLocalInput } from '../ui/local-time';
import { ShownOnce } from '../ui/shown-once';

const PRESETS = 'publisher, viewer, manager, admin';
const START = { name: '', permissions: 'viewer', expiresAt: '' };

/** A new key, which is shown once. `tenantId`: the tenant that an operator has chosen, empty for an operator's own key; null: one's own tenant. */
export function CreateKey({ tenantId }: { tenantId: string | null }) {
  const [draft, setDraft] = useState({ ...START, tenantId: tenantId ?? '' });
  const create = useMutation({
    mutationFn: () => {
      const expiresAt = fromLocalInput(draft.expiresAt);
      const body = {
        name: draft.name.trim(),
        permissions: draft.permissions.split(/[\s,]+/).filter((grant) => grant !== ''),
        ...(expiresAt ? { expiresAt } : {}),
        ...(draft.tenantId.trim() ? { tenantId: draft.tenantId.trim() } : {}),
      };
      return ask(api.POST('/v1/keys', { body }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  const input = (name: keyof typeof draft, label: string, hint?: string, type = 'text') => (
    <Field label={label} hint={hint} faults={faultsAt(create.error, `/${name}`)}>
      {(control) => (
        <input {...control} type={type} value={draft[name]} onChange={({ target }) => setDraft({ ...draft, [name]: target.value })} />
      )}
    </Field>
  );
  return (
    <>
      <CreateForm title="New key" action="Make it" making={create}>
        {input('name', 'Name')}
        {input('permissions', 'May', `${PRESETS}, or permissions such as events:publish.`)}
        {input('expiresAt', 'Ends', 'Empty: never.', 'datetime-local')}
        {tenantId !== null && input('tenantId', 'Tenant', 'Its id; empty: an operator’s key.')}
      </CreateForm>
      {create.data && <ShownOnce what="The new key." secret={create.data.key} />}
    </>
  );
}
