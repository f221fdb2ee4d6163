import { invalidField } from '#domain/errors.js';
import { isUuid, parseId } from '#domain/ids.js';

/** Reads a tenant's id of a body, `ten_…` or its uuid. Throws DomainError `invalid_tenant`. */
export function readTenantId(text: string, path: string): string {
  const uuid = isUuid(text) ? text.toLowerCase() : parseId('ten', text);
  if (uuid === null) throw invalidField(path, 'invalid_tenant', 'There is no such tenant.');
  return uuid;
}
