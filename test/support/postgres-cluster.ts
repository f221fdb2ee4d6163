import { spawn } from 'node:child_process';
import { chmodSync, closeSync, cpSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../apps/standalone/src/ports.js';
import { type Account, giveTo } from '../../apps/standalone/src/postgres/account.js';
import { plainEnvironment } from '../../apps/standalone/src/postgres/cluster.js';
import { atEnd } from './cleanup.js';
import { eventually } from './eventually.js';
import { isGone, killWithUs } from './file-guard.js';
import { lendTools, type PostgresTools, runTool } from './postgres-tools.js';
import { temporaryFolder } from './temporary-folder.js';

/** A cluster of the system's own PostgreSQL, with an empty database; ended and removed after the file's last test. */
export interface Cluster {
  url: string;
  tools: PostgresTools;
  account: Account;
  /** A folder that the server may write in, for archives and copies. */
  folder: string;
  /** SIGKILL. */
  kill(): Promise<void>;
}

const ROLE = 'keeper';
const PASSWORD = 'of-a-test';
const DATABASE = 'tidings';

/** As a production server would be set up, but that it waits for no disk. */
const SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', max_connections: '100' };

/** A new cluster whose database is empty. */
export async function startCluster(found: PostgresTools, settings: Record<string, string> = {}): Promise<Cluster> {
  const { folder, tools, account } = claimFolder(found);
  const password = join(folder, 'password');
  writeFileSync(password, PASSWORD, { mode: 0o600 });
  giveTo(account, password);
  const access = [`--username=${ROLE}`, `--pwfile=${password}`, '--auth=scram-sha-256'];
  await runTool(
    tools,
    'initdb',
    [`--pgdata=${join(folder, 'data')}`, ...access, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    account,
  );
  const cluster = await serve(folder, tools, account, settings);
  const admin = new pg.Client(cluster.url.replace(`/${DATABASE}`, '/postgres'));
  await admin.connect();
  await admin.query(`CREATE DATABASE ${DATABASE}`).finally(() => admin.end());
  return cluster;
}

/** A cluster that begins with another's base backup and goes through the archived logs as far as there are any. */
export async function startRecoveredCluster(
  found: PostgresTools,
  { backup, archive }: { backup: string; archive: string },
): Promise<Cluster> {
  const { folder, tools, account } = claimFolder(found);
  const data = join(folder, 'data');
  cpSync(backup, data, { recursive: true });
  writeFileSync(join(data, 'recovery.signal'), '');
  giveTo(account, data);
  chmodSync(data, 0o700);
  return serve(folder, tools, account, { restore_command: `cp ${archive}/%f %p` });
}

function claimFolder(found: PostgresTools): { folder: string; tools: PostgresTools; account: Account } {
  const outer = temporaryFolder('cluster');
  atEnd(outer, () => rmSync(outer, { recursive: true, force: true }));
  const folder = join(outer, 'cluster');
  mkdirSync(folder, { mode: 0o700 });
  const { tools, account } = lendTools(found, folder);
  giveTo(account, folder);
  return { folder, tools, account };
}

async function serve(folder: string, tools: PostgresTools, account: Account, own: Record<string, string>): Promise<Cluster> {
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, port: String(port), ...own }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(join(folder, 'server.log'), 'a', 0o600);
  const server = spawn(join(tools.bin, 'postgres'), ['-D', join(folder, 'data'), ...settings], {
    ...account,
    cwd: '/',
    env: { ...plainEnvironment(), ...tools.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  killWithUs(server.pid);
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  void exited.then(() => isGone(server.pid));
  const kill = async (): Promise<void> => {
    server.kill('SIGKILL');
    await exited;
  };
  atEnd(`PostgreSQL on port ${port}`, kill);
  const url = `postgres://${ROLE}:${PASSWORD}@127.0.0.1:${port}/${DATABASE}`;
  await eventually(() => answers(url.replace(`/${DATABASE}`, '/postgres')), { timeoutMs: 60_000, what: 'the server to answer' });
  return { url, tools, account, folder, kill };
}

async function answers(url: string): Promise<void> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    // Still recovering, it would take no writes.
    const { rows } = await client.query<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
    if (rows[0]!.recovering) throw new Error('The server is still recovering.');
  } finally {
    await client.end().catch(() => undefined);
  }
}
