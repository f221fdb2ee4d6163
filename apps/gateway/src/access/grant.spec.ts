import { DomainError } from '#domain/errors.js';
import { grantAppPermissions, grantPermissions } from './grant.js';
import type { Principal } from './principal.js';

const creator = (tenantId: string | null, permissions: string[], appPermissions: string[] = []): Principal => ({
  keyId: 'k',
  keyName: 'key',
  tenantId,
  permissions,
  appPermissions,
});
const operator = creator(null, ['*']);
const codeOf = (grant: () => unknown): string => {
  try {
    grant();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'granted';
};

describe('a new key', () => {
  it('gets what its creator holds', () => {
    expect(grantPermissions(creator('t', ['keys:write', 'events:*']), 't', ['events:publish', 'events:*'])).toEqual([
      'events:publish',
      'events:*',
    ]);
    expect(grantPermissions(operator, 't', ['admin'])).toContain('keys:*');
  });

  it.each([['*'], ['events:*'], ['events:read'], ['admin'], ['viewer'], ['events:publish', 'keys:list']])(
    'never gets more than its creator holds: %j',
    (...wanted) => {
      expect(codeOf(() => grantPermissions(creator('t', ['keys:write', 'events:publish']), 't', wanted))).toBe('insufficient_scope');
    },
  );

  it('of a tenant never gets the operator’s permissions by name', () => {
    expect(codeOf(() => grantPermissions(operator, 't', ['tenants:read']))).toBe('insufficient_scope');
    expect(codeOf(() => grantPermissions(operator, null, ['tenants:read']))).toBe('granted');
  });

  it('is refused permissions that do not exist, before anything else', () => {
    expect(codeOf(() => grantPermissions(creator('t', []), 't', ['nope']))).toBe('unknown_permission');
  });

  it('of a tenant gets only app permissions that its creator has; the operator gives any', () => {
    const tenantKey = creator('t', ['*'], ['get-user']);
    expect(codeOf(() => grantAppPermissions(tenantKey, ['get-user']))).toBe('granted');
    expect(codeOf(() => grantAppPermissions(tenantKey, ['get-user', 'get-order']))).toBe('insufficient_scope');
    expect(codeOf(() => grantAppPermissions(operator, ['anything']))).toBe('granted');
  });
});
