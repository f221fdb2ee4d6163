import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '#domain/errors.js';

/** The demo tenant as it was set up through the API. */
export interface Demo {
  tenantId: string;
  key: string;
  subscriptionId: string;
  /** The subscription's url and signing secret, which the demo receiver answers on and verifies with. */
  receiverUrl: string;
  signingSecret: string;
}

/** What one run leaves for the next. It holds secrets, hence the file's mode. */
export interface State {
  bootstrapKey: string;
  /** Key ring `kid:base64` of 32 bytes: without it the secrets in the database cannot be read again. */
  secretKeys: string;
  postgresPort?: number;
  receiverPort?: number;
  demo?: Demo;
}

const fileOf = (home: string): string => join(home, 'state.json');

/** The last run's state, or a new one with fresh keys, written at once so that no run loses the keys it used. */
export function openState(home: string): State {
  const file = fileOf(home);
  if (existsSync(file)) return readState(file);
  const state = { bootstrapKey: `boot_${randomBytes(32).toString('hex')}`, secretKeys: `k1:${randomBytes(32).toString('base64')}` };
  saveState(home, state);
  return state;
}

function readState(file: string): State {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as Partial<State> | null;
    if (isState(state)) return state;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new DomainError('state_unreadable', `${file} is damaged. Restore it, or remove its whole folder to start from nothing.`);
}

const isState = (value: Partial<State> | null): value is State =>
  typeof value?.bootstrapKey === 'string' && typeof value.secretKeys === 'string';

/** Replaces the file whole: a crash leaves the old one or the new one. */
export function saveState(home: string, state: State): void {
  const file = fileOf(home);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
