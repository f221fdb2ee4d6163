import { DomainError, type FieldError, invalid } from '#domain/errors.js';
import { covers, expandPresets, isGrant } from './permissions.js';
import type { Principal } from './principal.js';

/**
 * The permissions of a new key: presets expanded, each of them known and held by its creator.
 * Throws DomainError `unknown_permission`, or `insufficient_scope` for more than the creator holds.
 */
export function grantPermissions(creator: Principal, tenantId: string | null, wanted: readonly string[]): string[] {
  const unknown = wanted.flatMap((text, i): FieldError[] => {
    const isKnown = expandPresets([text]).every(isGrant);
    return isKnown ? [] : [{ path: `/permissions/${i}`, code: 'unknown_permission', message: 'There is no such permission or preset.' }];
  });
  if (unknown.length > 0) throw invalid(unknown, 'unknown_permission');
  const grants = expandPresets(wanted);
  const tooMuch = grants.filter((grant) => !creator.permissions.some((held) => covers(held, grant)));
  if (tooMuch.length > 0) throw new DomainError('insufficient_scope', `A key cannot give what it does not hold: ${tooMuch.join(', ')}.`);
  if (tenantId !== null && grants.some((grant) => grant.startsWith('tenants:'))) {
    throw new DomainError('insufficient_scope', 'Only an operator’s key may hold permissions on tenants.');
  }
  return grants;
}

/** A tenant's key passes on only the app permissions that it has; the operator's may give any. */
export function grantAppPermissions(creator: Principal, wanted: readonly string[]): string[] {
  const tooMuch = creator.tenantId === null ? [] : wanted.filter((permission) => !creator.appPermissions.includes(permission));
  if (tooMuch.length > 0) throw new DomainError('insufficient_scope', 'A key cannot give app permissions that it does not hold.');
  return [...wanted];
}
