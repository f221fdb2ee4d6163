import type { HeaderSpec } from '#domain/subscription.js';
import { type Faults, isObject, type Json } from './fields.js';

/** `config.auth` with a user name and a password. */
export interface BasicAuth {
  username: string;
  password: string;
}

/** Stands for a password that is stored: it is shown so, and sent back so it is kept. */
export const MASKED = '********';

const NAME = 'Authorization';

/** `config` taken apart: its free members, and whom to sign in as. */
export interface HookConfig {
  free: Json;
  auth: BasicAuth | null;
}

export function readConfig(faults: Faults, value: unknown, path: string): HookConfig | undefined {
  const config = faults.object(value, path);
  if (!config) return undefined;
  const { auth: given = null, ...free } = config;
  if (given === null) return { free, auth: null };
  const auth = readAuth(faults, given, `${path}/auth`);
  return auth && { free, auth };
}

function readAuth(faults: Faults, value: unknown, path: string): BasicAuth | undefined {
  if (!isObject(value)) return faults.add(path, 'Expected a dictionary of items.');
  const type = faults.text(value['auth_type'], `${path}/auth_type`, 64, true);
  if (type === undefined) return undefined;
  // Signing in elsewhere before each request is not done here, and a config that is not obeyed must not be taken.
  if (type === 'token') return faults.add(`${path}/auth_type`, '"token" is not supported: use "basic", or a header in additional_headers.');
  if (type !== 'basic') return faults.add(`${path}/auth_type`, `"${type}" is not a valid choice.`);
  for (const name of Object.keys(value)) {
    if (!['auth_type', 'username', 'password'].includes(name)) faults.add(`${path}/${name}`, 'Unknown field.');
  }
  const username = faults.text(value['username'], `${path}/username`, 255, true);
  const password = faults.text(value['password'], `${path}/password`, 255, true);
  if (username?.includes(':')) return faults.add(`${path}/username`, 'A user name holds no colon.');
  return username === undefined || password === undefined ? undefined : { username, password };
}

export const isAuthorization = ({ name, secret }: HeaderSpec): boolean => secret && name.toLowerCase() === NAME.toLowerCase();

/** The header that signs in; with the mask for its password it has no value, which stands for the stored one. */
export function authHeader({ username, password }: BasicAuth): HeaderSpec {
  const values = password === MASKED ? [] : [`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`];
  return { name: NAME, values, secret: true };
}
