import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '#domain/errors.js';
import { accountFor, giveTo, type Account } from './account.js';
import { findBinaries } from './binaries.js';
import { plainEnvironment, makeDataFolder, openCluster, ROLE } from './cluster.js';
import { clearLeftover } from './leftover.js';

export interface PostgresOptions {
  /** A folder of its own; made on first use. Everything of this server lives in it: data, password, log. */
  dataDir: string;
  port: number;
  /** Further server settings, by name: `{ max_connections: '300' }`. */
  settings?: Record<string, string>;
  /** Whether acknowledged work survives a power cut. Off, it survives the death of the processes only. Default true. */
  durable?: boolean;
}

/** PostgreSQL's names: `smart` waits for clients, `fast` ends them, `immediate` is a crash that recovers on the next start. */
export type StopMode = 'smart' | 'fast' | 'immediate';

export interface Postgres {
  /** Of the role and database `tidings`; the role is the superuser of this cluster. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server process is gone, for whatever reason. */
  exited: Promise<void>;
  stop(mode?: StopMode): Promise<void>;
  /** SIGKILL, as a crash would be. */
  kill(): Promise<void>;
}

const SIGNALS: Record<StopMode, NodeJS.Signals> = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' };
const START_TIMEOUT_MS = 60_000;
const CHECK_EVERY_MS = 20;

/**
 * Not durable means no waiting for the disk. synchronous_commit stays on even so: an acknowledged commit is then in the kernel's
 * hands and survives a kill of the server, which is what our crash tests are about.
 */
const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off' };

/** Backends of a killed server leave within moments of it, and until then hold its shared memory. */
const STILL_LEAVING = /shared memory block .* is still in use/;

/**
 * Starts the embedded PostgreSQL on 127.0.0.1, as another account when we are root; resolves when it takes connections.
 * Refuses with `data_folder_unusable`, `account_nameless`, `postgres_failed` (initdb) or `postgres_not_started`, and the server's own words.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { port, durable = true } = options;
  const dataDir = resolve(options.dataDir);
  const account = accountFor(dataDir);
  makeDataFolder(dataDir, account);
  const binaries = findBinaries(account, dataDir);
  const cluster = openCluster(dataDir, binaries, account, durable);
  await clearLeftover(cluster.dir);

  const settings = { ...(durable ? {} : NOT_DURABLE), ...options.settings };
  const args = [...serverArguments(cluster.dir, port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const log = join(dataDir, 'server.log');
  const server = await spawnUntilReady(() => spawnServer(binaries.postgres, args, account, log), cluster.dir, log);
  return handle(server, port, `postgres://${ROLE}:${cluster.password}@127.0.0.1:${port}/${ROLE}`);
}

const serverArguments = (clusterDir: string, port: number): string[] => [
  '-D',
  clusterDir,
  ...['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', 'unix_socket_directories='],
];

/**
 * The log goes straight to a file: a pipe to us would break when we crash. In a process group of its own the server does not hear
 * the Ctrl-C meant for its supervisor, who stops it last.
 */
function spawnServer(binary: string, args: string[], account: Account, log: string): ChildProcess {
  if (existsSync(log)) renameSync(log, `${log}.1`);
  const output = openSync(log, 'a', 0o600);
  giveTo(account, log);
  try {
    return spawn(binary, args, { ...account, cwd: '/', env: plainEnvironment(), detached: true, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
}

async function spawnUntilReady(start: () => ChildProcess, clusterDir: string, log: string): Promise<ChildProcess> {
  for (const deadline = Date.now() + START_TIMEOUT_MS; ; await pause(CHECK_EVERY_MS)) {
    const server = start();
    let failure: string | undefined;
    server.once('error', (error) => (failure = error.message));
    server.once('exit', (code, signal) => (failure = `it ended with ${signal ?? `code ${code}`}`));
    while (failure === undefined && Date.now() < deadline) {
      if (isReady(clusterDir, server.pid)) return server;
      await pause(CHECK_EVERY_MS);
    }
    const said = readFileSync(log, 'utf8');
    if (failure !== undefined && STILL_LEAVING.test(said) && Date.now() < deadline) continue;
    server.kill('SIGKILL');
    throw new DomainError(
      'postgres_not_started',
      `PostgreSQL did not start: ${failure ?? `not ready after ${START_TIMEOUT_MS / 1000} s`}. ${log} ends with:\n${tail(said)}`,
    );
  }
}

/** The last line of the lock file tells the server's state; it is what `pg_ctl -w` goes by. */
function isReady(clusterDir: string, pid: number | undefined): boolean {
  const lock = join(clusterDir, 'postmaster.pid');
  if (!existsSync(lock)) return false;
  const lines = readFileSync(lock, 'utf8').split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

const tail = (text: string): string => text.trimEnd().split('\n').slice(-8).join('\n');

function handle(server: ChildProcess, port: number, url: string): Postgres {
  const exited = new Promise<void>((done) => {
    if (server.exitCode !== null || server.signalCode !== null) done();
    else server.once('exit', () => done());
  });
  const end = (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal);
    return exited;
  };
  return { url, port, pid: server.pid ?? 0, exited, stop: (mode = 'fast') => end(SIGNALS[mode]), kill: () => end('SIGKILL') };
}
