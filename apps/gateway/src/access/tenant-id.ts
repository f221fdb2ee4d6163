import { DomainError, invalidField } from '#domain/errors.js';
import { isUuid, parseId } from '#domain/ids.js';
import type { Principal } from './principal.js';

/** Reads a tenant's id of a body, `ten_…` or its uuid. Throws DomainError `invalid_tenant`. */
function readTenantId(text: string, path: string): string {
  const uuid = isUuid(text) ? text.toLowerCase() : parseId('ten', text);
  if (uuid === null) throw invalidField(path, 'invalid_tenant', 'There is no such tenant.');
  return uuid;
}

/** The caller's own tenant, or the one an operator names. Naming another tenant than one's own is refused, never obeyed. */
export function tenantOf(caller: Pick<Principal, 'tenantId'>, named: string | undefined): string | null {
  if (named === undefined) return caller.tenantId;
  const tenantId = readTenantId(named, '/tenantId');
  if (caller.tenantId !== null && caller.tenantId !== tenantId) {
    throw new DomainError('insufficient_scope', 'A tenant’s key is good for its own tenant only.');
  }
  return tenantId;
}
