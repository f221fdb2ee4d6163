import { type EndpointAuth, isSameAccount, secretOf, withoutSecret } from './endpoint-auth.js';

const basic: EndpointAuth = { kind: 'basic', username: 'u', password: 'p' };
const bearer: EndpointAuth = { kind: 'bearer', token: 't' };
const oauth2: EndpointAuth = { kind: 'oauth2', tokenUrl: 'https://a.example.com/', clientId: 'c', clientSecret: 's', scope: 'x' };
const login: EndpointAuth = { kind: 'tokenLogin', url: 'https://a.example.com/', username: 'u', password: 'p' };

describe('credentials', () => {
  it.each([
    [basic, 'p', { kind: 'basic', username: 'u' }],
    [bearer, 't', { kind: 'bearer' }],
    [oauth2, 's', { kind: 'oauth2', tokenUrl: 'https://a.example.com/', clientId: 'c', scope: 'x' }],
    [login, 'p', { kind: 'tokenLogin', url: 'https://a.example.com/', username: 'u' }],
  ])('of each kind have one secret, which can be taken out: %j', (auth, secret, left) => {
    expect(secretOf(auth)).toBe(secret);
    expect(withoutSecret(auth)).toEqual(left);
    expect(secretOf(withoutSecret(auth))).toBeUndefined();
  });

  it('keep no member that says nothing', () => {
    expect(withoutSecret({ ...oauth2, scope: null, audience: undefined })).not.toHaveProperty('scope');
  });
});

describe('a stored secret', () => {
  it('belongs to the same account, defaults written out or not', () => {
    expect(isSameAccount({ ...login, tokenField: 'key', headerFormat: 'Token {}' }, withoutSecret(login))).toBe(true);
    expect(isSameAccount({ ...oauth2, audience: null }, withoutSecret(oauth2))).toBe(true);
  });

  it.each([
    [{ ...oauth2, tokenUrl: 'https://evil.example.com/' }, oauth2],
    [{ ...oauth2, clientId: 'other' }, oauth2],
    [{ ...oauth2, scope: 'more' }, oauth2],
    [{ ...login, url: 'https://evil.example.com/' }, login],
    [{ ...login, passwordField: 'leak' }, login],
    [{ ...basic, username: 'other' }, basic],
    [bearer, basic],
  ])('belongs to no other: %j', (asked, stored) => expect(isSameAccount(asked, withoutSecret(stored))).toBe(false));
});
