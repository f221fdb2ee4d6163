import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { Tenant } from '../api/shapes';
import { Field, faultsAt } from '../ui/field';
import { LeaveGuard } from '../ui/leave-guard';
import { SaveOrLeave } from '../ui/save-or-leave';
import { toTenantChange, toTenantDraft, type TenantDraft } from './tenant-draft';

/** Changes a tenant's name, its quotas and its other settings. */
export function EditTenant({ tenant, onDone }: { tenant: Tenant; onDone: () => void }) {
  const [draft, setDraft] = useState(() => toTenantDraft(tenant));
  const save = useMutation({
    mutationFn: async () => ask(api.PATCH('/v1/tenants/{id}', { params: { path: { id: tenant.id } }, body: toTenantChange(draft) })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['tenants'] });
      onDone();
    },
  });
  const isChanged = JSON.stringify(draft) !== JSON.stringify(toTenantDraft(tenant));
  const set = (change: Partial<TenantDraft>): void => setDraft((before) => ({ ...before, ...change }));
  const quota = (member: 'tenantPerSecond' | 'keyPerSecond', label: string) => (
    <Field
      label={label}
      hint="Averaged over ten seconds; empty: as the deployment has it."
      faults={faultsAt(save.error, `/settings/quotas/${member}`)}
    >
      {(control) => (
        <input {...control} type="number" min={1} value={draft[member]} onChange={({ target }) => set({ [member]: target.value })} />
      )}
    </Field>
  );
  return (
    <form
      className="form card"
      aria-label="Edit the tenant"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <LeaveGuard when={isChanged && !save.isPending} />
      <Field label="Name" faults={faultsAt(save.error, '/name')}>
        {(control) => <input {...control} autoFocus value={draft.name} onChange={({ target }) => set({ name: target.value })} />}
      </Field>
      {quota('tenantPerSecond', 'Requests a second, all its keys together')}
      {quota('keyPerSecond', 'Requests a second, each of its keys')}
      <label className="tick">
        <input type="checkbox" checked={draft.strictEventTypes} onChange={({ target }) => set({ strictEventTypes: target.checked })} />
        Refuse events of types that no app has registered
      </label>
      <Field label="Other settings, as JSON" hint="They are laid over those that are there.">
        {(control) => (
          <textarea {...control} rows={6} spellCheck={false} value={draft.rest} onChange={({ target }) => set({ rest: target.value })} />
        )}
      </Field>
      <SaveOrLeave saving={save} onLeave={onDone} />
    </form>
  );
}
