import { useTenants } from './use-tenants';

interface Props {
  /** The tenant whose figures are shown; left out: all. */
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

/** Whose figures an operator looks at. */
export function TenantChoice({ chosen, onChoose }: Props) {
  const { tenants, isCut } = useTenants();
  if (tenants.length === 0) return null;
  const isAmong = chosen === undefined || tenants.some(({ id }) => id === chosen);
  return (
    <select aria-label="Tenant" value={chosen ?? ''} onChange={({ target }) => onChoose(target.value)}>
      <option value="">All tenants</option>
      {!isAmong && <option>{chosen}</option>}
      {tenants.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
      {isCut && <option disabled>… and newer ones: see Tenants</option>}
    </select>
  );
}
