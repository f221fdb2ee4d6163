import { DomainError } from '#domain/errors.js';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AccessGuard } from './access.guard.js';
import type { Authenticator } from './authenticator.js';
import type { ConsoleSessions } from './console-sessions.js';
import { CredentialFrom } from './credential.js';
import type { Principal } from './principal.js';
import { OperatorOnly, Public, Requires } from './requires.decorator.js';

class Routes {
  @Public()
  open(): void {}

  @Requires('events:publish', 'events:read')
  both(): void {}

  @OperatorOnly('tenants:read')
  operator(): void {}

  @Requires('events:read')
  @CredentialFrom(({ headers }) => (typeof headers['x-coreos-access'] === 'string' ? headers['x-coreos-access'] : null))
  dialect(): void {}

  undeclared(): void {}
}

const principal = (tenantId: string | null, ...permissions: string[]): Principal => ({
  keyId: 'k',
  keyName: 'n',
  tenantId,
  permissions,
  appPermissions: [],
});
const keys: Record<string, Principal> = {
  publisher: principal('t', 'events:publish'),
  reader: principal('t', 'events:*'),
  all: principal('t', '*'),
  operator: principal(null, '*'),
  clerk: principal(null, 'keys:*'),
};
const authenticator = { authenticate: (key: string) => Promise.resolve(keys[key] ?? null) } as Authenticator;
const sessions = { keyOf: ({ headers }: FastifyRequest) => headers.cookie ?? null } as unknown as ConsoleSessions;
let vain = 0;
/** The second of them in vain is one too many. */
const failures = {
  refuse: (_request: unknown, _reply: unknown, refusal: DomainError) => (++vain > 1 ? new DomainError('rate_limited', 'x') : refusal),
};
const guard = new AccessGuard(new Reflector(), authenticator, sessions, failures);

async function knock(route: keyof Routes, headers: Record<string, string>): Promise<string> {
  const rawHeaders = Object.entries(headers).flat();
  const request = { headers, raw: { rawHeaders } };
  const context = {
    getHandler: () => Reflect.get(Routes.prototype, route) as unknown,
    getClass: () => Routes,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({}) }),
  };
  try {
    await guard.canActivate(context as unknown as ExecutionContext);
    return 'in';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}
beforeEach(() => (vain = 0));

const withKey = (route: keyof Routes, key: string): Promise<string> => knock(route, { authorization: `Bearer ${key}` });

describe('the guard', () => {
  it('lets everybody in where the route is public', async () => expect(await knock('open', {})).toBe('in'));

  it('asks for every permission that the route names', async () => {
    expect(await withKey('both', 'reader')).toBe('in');
    expect(await withKey('both', 'publisher')).toBe('insufficient_scope');
  });

  it('keeps the operator’s routes from tenants, whatever their keys hold, and from operators without the permission', async () => {
    expect(await withKey('operator', 'operator')).toBe('in');
    expect(await withKey('operator', 'all')).toBe('insufficient_scope');
    expect(await withKey('operator', 'clerk')).toBe('insufficient_scope');
  });

  it('refuses a route that says nothing to everybody', async () => {
    expect(await withKey('undeclared', 'operator')).toBe('insufficient_scope');
    expect(await knock('undeclared', {})).toBe('unauthenticated');
  });

  it.each([
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer  ' },
    { authorization: 'Bearer nobody' },
    { authorization: 'Bearer reader reader' },
    { authorization: 'Basic cmVhZGVyOg==' },
    { authorization: 'reader' },
    { authorization: `Bearer ${'x'.repeat(10_000)}` },
  ])('does not know %j', async (headers) => expect(await knock('both', headers as Record<string, string>)).toBe('unauthenticated'));

  it('does not choose between two Authorization headers', async () => {
    expect(await knock('both', { authorization: 'Bearer reader', Authorization: 'Bearer nobody' })).toBe('unauthenticated');
  });

  it('lets the console’s session in on the native API, never through a dialect', async () => {
    expect(await knock('both', { cookie: 'reader' })).toBe('in');
    expect(await knock('dialect', { cookie: 'reader' })).toBe('unauthenticated');
  });

  it('counts the keys that are none, and no request that shows none or a good one', async () => {
    for (let i = 0; i < 3; i++) expect(await knock('both', {})).toBe('unauthenticated');
    expect([await withKey('both', 'nobody'), await withKey('both', 'nobody')]).toEqual(['unauthenticated', 'rate_limited']);
    expect([await withKey('both', 'reader'), await withKey('both', 'publisher')]).toEqual(['in', 'insufficient_scope']);
  });

  it('finds a dialect’s key where the dialect says', async () => {
    expect(await knock('dialect', { 'x-coreos-access': 'reader' })).toBe('in');
    expect(await knock('dialect', { authorization: 'Bearer reader' })).toBe('unauthenticated');
  });
});
