import { type EndpointAuth, isSameAccount, LOGIN_DEFAULTS, secretOf, withoutSecret } from '#domain/endpoint-auth.js';
import { invalidField } from '#domain/errors.js';
import type { HeaderSpec, SubscriptionSpec } from '#domain/subscription.js';
import { type Faults, isObject, type Json } from './fields.js';

/** Stands for a password that is stored: it is shown so, and sent back so it is kept. */
const MASKED = '********';

/** `config` taken apart: its free members, and whom to sign in as. A password that was masked is absent. */
export interface HookConfig {
  free: Json;
  auth: EndpointAuth | null;
}

/** Members of `config.auth` by their names in ours. Source: dj-whisperer's authentication of the types `basic` and `token`. */
const BASIC = { username: 'username', password: 'password' } as const;
const TOKEN = {
  ...BASIC,
  url: 'url',
  usernameField: 'username_field',
  passwordField: 'password_field',
  tokenField: 'token_key',
  headerFormat: 'header_format',
} as const;
/** Those that may be left out. */
const BY_DEFAULT: Readonly<Record<string, string>> = LOGIN_DEFAULTS;

export function readConfig(faults: Faults, value: unknown, path: string): HookConfig | undefined {
  const config = faults.object(value, path);
  if (!config) return undefined;
  const { auth: given = null, ...free } = config;
  if (given === null) return { free, auth: null };
  const auth = readAuth(faults, given, `${path}/auth`);
  return auth && { free, auth };
}

function readAuth(faults: Faults, value: unknown, path: string): EndpointAuth | undefined {
  if (!isObject(value)) return faults.add(path, 'Expected a dictionary of items.');
  const type = faults.text(value['auth_type'], `${path}/auth_type`, 64, true);
  if (type === undefined) return undefined;
  if (type !== 'basic' && type !== 'token') return faults.add(`${path}/auth_type`, `"${type}" is not a valid choice.`);
  const names: Record<string, string> = type === 'basic' ? BASIC : TOKEN;
  const known = ['auth_type', ...Object.values(names)];
  for (const name of Object.keys(value)) if (!known.includes(name)) faults.add(`${path}/${name}`, 'Unknown field.');
  const members = Object.entries(names).map(([ours, theirs]) => [
    ours,
    faults.text(value[theirs], `${path}/${theirs}`, 255, !Object.hasOwn(BY_DEFAULT, ours)),
  ]);
  const { password, ...account } = Object.fromEntries(members) as Record<string, string | undefined>;
  if (account['username']?.includes(':') && type === 'basic') return faults.add(`${path}/username`, 'A user name holds no colon.');
  const kind = type === 'basic' ? 'basic' : 'tokenLogin';
  return { kind, ...account, ...(password === MASKED ? {} : { password }) } as EndpointAuth;
}

/** What of a hook tells how it signs in. */
type SigningIn = { spec: Pick<SubscriptionSpec, 'auth' | 'headers'>; dialectFields: Record<string, unknown> };

/** As whom a hook signs in, without its secret. */
export function storedAuth({ spec, dialectFields }: SigningIn): EndpointAuth | null {
  if (spec.auth) return spec.auth;
  const { auth } = dialectFields;
  const username = isObject(auth) && typeof auth['username'] === 'string' ? auth['username'] : null;
  return username !== null && spec.headers.some(isAuthorization) ? { kind: 'basic', username } : null;
}

/** Basic credentials of hooks of before there were any others: a secret header, with the user name beside the spec. */
export const isAuthorization = ({ name, secret }: HeaderSpec): boolean => secret && name.toLowerCase() === 'authorization';

/** Whether the secret header of an older hook goes on doing what is asked: nobody knows its password to write it down anew. */
export const keepsHeader = (row: SigningIn, { auth }: HookConfig): boolean =>
  auth !== null && secretOf(auth) === undefined && !row.spec.auth && row.spec.headers.some(isAuthorization);

/** The mask stands for the password of the account that is stored; nobody else's is known. */
export function requireSameAccount(auth: EndpointAuth | null, stored: EndpointAuth | null): void {
  if (auth === null || secretOf(auth) !== undefined || (stored && isSameAccount(auth, stored))) return;
  throw invalidField('/config/auth/password', 'required', 'Give the password of this user name.');
}

/** `config.auth` as it is shown; null for credentials that the OMS has no words for. */
export function showAuth(auth: EndpointAuth): Json | null {
  if (auth.kind !== 'basic' && auth.kind !== 'tokenLogin') return null;
  const shown: Record<string, unknown> = { ...(auth.kind === 'basic' ? {} : LOGIN_DEFAULTS), ...withoutSecret(auth), password: MASKED };
  const names = auth.kind === 'basic' ? BASIC : TOKEN;
  const members = Object.entries(names).map(([ours, theirs]) => [theirs, shown[ours]] as const);
  return { auth_type: auth.kind === 'basic' ? 'basic' : 'token', ...Object.fromEntries(members) };
}
