import type { components } from '../api/schema';
import type { Tenant } from '../api/shapes';
import { parseJson, prettyJson } from '../ui/json';

type Change = components['schemas']['ChangeTenantDto'];
type Quotas = NonNullable<Tenant['settings']['quotas']>;

/** A tenant as the form holds it: the common settings one by one, the others as JSON. */
export interface TenantDraft {
  name: string;
  strictEventTypes: boolean;
  /** Requests a second; empty: the deployment's own default. */
  tenantPerSecond: string;
  keyPerSecond: string;
  rest: string;
}

const OWN = ['strictEventTypes', 'quotas'] as const;

export function toTenantDraft({ name, settings }: Pick<Tenant, 'name' | 'settings'>): TenantDraft {
  const { strictEventTypes = false, quotas = {}, ...rest } = settings;
  const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return {
    name,
    strictEventTypes,
    tenantPerSecond: text(quotas.tenantPerSecond),
    keyPerSecond: text(quotas.keyPerSecond),
    rest: prettyJson(rest),
  };
}

/** Settings are laid over those that are there, quotas replaced whole. Throws for a text that is no JSON object, or says twice what the form has. */
export function toTenantChange({ name, strictEventTypes, tenantPerSecond, keyPerSecond, rest }: TenantDraft): Change {
  const more = parseJson(rest);
  if (typeof more !== 'object' || more === null || Array.isArray(more)) throw new Error('Other settings are a JSON object.');
  const twice = OWN.find((member) => member in more);
  if (twice) throw new Error(`“${twice}” has a place of its own above: take it out here.`);
  const quotas: Quotas = {
    ...(tenantPerSecond.trim() ? { tenantPerSecond: Number(tenantPerSecond) } : {}),
    ...(keyPerSecond.trim() ? { keyPerSecond: Number(keyPerSecond) } : {}),
  };
  return { name: name.trim(), settings: { ...more, strictEventTypes, quotas } };
}
