import { parseAllowList } from '#domain/address-policy.js';
import type { EndpointAuth } from '#domain/endpoint-auth.js';
import { LIMITS } from '#domain/limits.js';
import { checkAuth } from './check-auth.js';

const POLICY = { allowHttp: false, allow: parseAllowList([]) };
const faultsOf = (auth: unknown, stored?: EndpointAuth, headers: string[] = []): string[] =>
  checkAuth(
    auth,
    headers.map((name) => ({ name, values: ['x'], secret: false })),
    POLICY,
    stored,
  ).map(({ path, code }) => `${path} ${code}`);

const basic = { kind: 'basic', username: 'u', password: 'p' };
const oauth2 = { kind: 'oauth2', tokenUrl: 'https://id.example.com/token', clientId: 'c', clientSecret: 's' };
const login = { kind: 'tokenLogin', url: 'https://id.example.com/login', username: 'u', password: 'p' };
const x = (n: number): string => 'x'.repeat(n);

describe('credentials are taken', () => {
  it.each([
    null,
    basic,
    { ...basic, username: 'é', password: 'p:ß 1' },
    { kind: 'bearer', token: 'a.b-c_d~e/f+g=' },
    { ...oauth2, scope: 'a b:c', audience: 'https://erp.example.com' },
    { ...oauth2, scope: null, audience: null },
    login,
    { ...login, usernameField: 'e-mail', passwordField: 'pass word', tokenField: 'key', headerFormat: 'JWT {}' },
    { ...basic, password: x(LIMITS.credentialBytes.max) },
    { kind: 'bearer', token: x(LIMITS.tokenBytes.max) },
  ])('%j', (auth) => expect(faultsOf(auth)).toEqual([]));

  it('without their secret where it is stored for the same account', () => {
    expect(faultsOf({ kind: 'basic', username: 'u' }, { kind: 'basic', username: 'u' })).toEqual([]);
    expect(faultsOf({ kind: 'bearer' }, { kind: 'bearer' })).toEqual([]);
  });
});

describe('credentials are refused', () => {
  it.each<[unknown, string]>([
    ['basic', '/auth invalid_type'],
    [{}, '/auth/kind invalid_value'],
    [{ kind: 'digest' }, '/auth/kind invalid_value'],
    [{ kind: 'toString' }, '/auth/kind invalid_value'],
    [{ ...basic, realm: 'x' }, '/auth/realm unknown_field'],
    [{ kind: 'basic', password: 'p' }, '/auth/username required'],
    [{ ...basic, username: '' }, '/auth/username required'],
    [{ ...basic, username: 'a:b' }, '/auth/username invalid_format'],
    [{ ...basic, password: 'a\nb' }, '/auth/password invalid_format'],
    [{ ...basic, password: null }, '/auth/password invalid_type'],
    [{ ...basic, password: 7 }, '/auth/password invalid_type'],
    [{ ...basic, password: x(LIMITS.credentialBytes.max + 1) }, '/auth/password too_long'],
    [{ ...basic, username: 'ß'.repeat(LIMITS.credentialBytes.max / 2 + 1) }, '/auth/username too_long'],
    [{ kind: 'bearer', token: 'a b' }, '/auth/token invalid_format'],
    [{ kind: 'bearer', token: x(LIMITS.tokenBytes.max + 1) }, '/auth/token too_long'],
    [{ ...oauth2, tokenUrl: 'http://id.example.com/' }, '/auth/tokenUrl url_https_required'],
    [{ ...oauth2, tokenUrl: 'https://169.254.169.254/' }, '/auth/tokenUrl url_blocked_address'],
    [{ ...oauth2, tokenUrl: 'https://id.example.com/{/event/id}' }, '/auth/tokenUrl template_not_allowed'],
    [{ ...oauth2, tokenUrl: undefined }, '/auth/tokenUrl required'],
    [{ ...oauth2, scope: 'a  b' }, '/auth/scope invalid_format'],
    [{ ...oauth2, scope: '' }, '/auth/scope required'],
    [{ ...login, url: 'https://localhost/' }, '/auth/url url_blocked_address'],
    [{ ...login, headerFormat: 'Token' }, '/auth/headerFormat invalid_format'],
    [{ ...login, headerFormat: '{} {}' }, '/auth/headerFormat invalid_format'],
    [{ ...login, headerFormat: 'Token {}\r\nX: y' }, '/auth/headerFormat invalid_format'],
  ])('%j', (auth, fault) => expect(faultsOf(auth)).toContain(fault));

  it('beside a header that says the same, in any case', () => {
    expect(faultsOf(basic, undefined, ['AUTHORIZATION'])).toEqual(['/headers/AUTHORIZATION header_conflict']);
  });

  it.each<[unknown, EndpointAuth | undefined, string]>([
    [{ kind: 'basic', username: 'u' }, undefined, '/auth/password required'],
    [{ kind: 'basic', username: 'v' }, { kind: 'basic', username: 'u' }, '/auth/password required'],
    [{ kind: 'bearer' }, { kind: 'basic', username: 'u' }, '/auth/token required'],
    [
      { kind: 'oauth2', tokenUrl: 'https://evil.example.com/', clientId: 'c' },
      { kind: 'oauth2', tokenUrl: 'https://id.example.com/token', clientId: 'c' },
      '/auth/clientSecret required',
    ],
  ])('without their secret where none is stored for just them: %j', (auth, stored, fault) => {
    expect(faultsOf(auth, stored)).toEqual([fault]);
  });
});
