import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '#domain/errors.js';
import { canUse, giveTo, type Account } from './account.js';
import type { Binaries } from './binaries.js';

/** The one role and the one database of an embedded cluster. */
export const ROLE = 'tidings';

export interface Cluster {
  /** PostgreSQL's own data directory, inside the data folder. */
  dir: string;
  password: string;
}

/** The cluster of this data folder, made on first use. A creation that was cut short is started over. */
export function openCluster(dataDir: string, binaries: Binaries, account: Account, durable: boolean): Cluster {
  const dir = join(dataDir, 'cluster');
  const passwordFile = join(dataDir, 'password');
  if (!existsSync(dir)) {
    const unfinished = `${dir}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    giveTo(account, passwordFile);
    initialise(unfinished, passwordFile, binaries, account, durable);
    createDatabase(unfinished, binaries, account);
    renameSync(unfinished, dir);
  }
  return { dir, password: readFileSync(passwordFile, 'utf8').trim() };
}

/**
 * The built-in C.UTF-8 locale sorts and folds case alike on every platform, whatever locales the machine has.
 * TCP on 127.0.0.1 is open to every user of the machine, hence a password.
 */
function initialise(dir: string, passwordFile: string, binaries: Binaries, account: Account, durable: boolean): void {
  const options = [`--pgdata=${dir}`, `--username=${ROLE}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  run(binaries.initdb, [...options, ...locale, ...(durable ? [] : ['--no-sync'])], account);
}

/** Through single-user mode, so that no client library and no listening port is needed to make a database. */
function createDatabase(dir: string, binaries: Binaries, account: Account): void {
  run(binaries.postgres, ['--single', '-D', dir, '-c', 'fsync=off', 'postgres'], account, `CREATE DATABASE ${ROLE} OWNER ${ROLE};\n`);
}

/** As in a container that was given a number for a user. */
const NAMELESS = /could not look up effective user ID/;

function run(binary: string, args: string[], account: Account, input = ''): void {
  const { status, stdout, stderr, error } = spawnSync(binary, args, {
    ...account,
    cwd: '/',
    input,
    encoding: 'utf8',
    env: plainEnvironment(),
  });
  if (error) throw new DomainError('postgres_failed', `${binary} could not be started: ${error.message}`);
  if (status === 0) return;
  if (NAMELESS.test(stderr)) {
    throw new DomainError(
      'account_nameless',
      'PostgreSQL refuses to run for a user without a name: give it a line in /etc/passwd, or set DATABASE_URL to a server of yours.',
    );
  }
  throw new DomainError('postgres_failed', `${binary} failed with code ${status}:\n${stdout}${stderr}`);
}

/** Our environment may hold PGDATA, PGPORT and the like of another PostgreSQL, or a language this build does not have. */
export const plainEnvironment = (): NodeJS.ProcessEnv => ({ PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' });

/** Makes the data folder, private to the account; refuses one that the account cannot reach or does not own. */
export function makeDataFolder(dataDir: string, account: Account): void {
  if (!existsSync(dataDir)) {
    mkdirSync(dataDir, { recursive: true });
    chmodSync(dataDir, 0o700);
    giveTo(account, dataDir);
  }
  if (canUse(account, dataDir, 'write')) return;
  const whose = 'uid' in account ? `the account that PostgreSQL runs as (uid ${account.uid})` : 'this user';
  throw new DomainError(
    'data_folder_unusable',
    `The data folder ${dataDir} cannot be used by ${whose}: give it to that account, or choose another.`,
  );
}
