import { spawn, type ChildProcess } from 'node:child_process';
import { createConnection } from 'node:net';
import { freePort } from '../../apps/standalone/src/ports.js';
import { eventually } from './eventually.js';
import { findRedis } from './redis-binary.js';

export interface RedisOptions {
  port?: number;
  /** Where it would write its data, if `args` make it keep any. */
  dir: string;
  /** Further options of redis-server: `['--appendonly', 'yes']`. */
  args?: string[];
}

export interface RedisServer {
  url: string;
  port: number;
  pid: number;
  exited: Promise<void>;
  /** Orderly shutdown. */
  stop(): Promise<void>;
  /** SIGKILL. What was not on disk is lost, and by default nothing is. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): void;
  resume(): void;
}

/** One database per test file, many files per run. */
const DATABASES = 4_096;

/** As production should have it (nothing is evicted), but without a disk: no snapshots, no append-only file. */
const OPTIONS = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction', '--databases', String(DATABASES)];

/** Starts a Redis on 127.0.0.1; resolves when it answers. The caller ends it. */
export async function startRedisServer({ port: wanted, dir, args = [] }: RedisOptions): Promise<RedisServer> {
  const { path, env } = findRedis();
  const port = wanted ?? (await freePort());
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
  const server = spawn(path, [...where, ...OPTIONS, ...args], {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(server);
  const gone = new AbortController();
  const exited = new Promise<void>((resolve) => server.once('close', () => resolve())).then(() => gone.abort());
  try {
    await eventually(() => ping(port), { what: `Redis on port ${port}`, signal: gone.signal });
  } catch (error) {
    server.kill('SIGKILL');
    await exited;
    throw new Error(`redis-server did not start: ${String(error)}\n${output()}`);
  }

  const end = (signal: NodeJS.Signals) => (): Promise<void> => {
    server.kill('SIGCONT');
    server.kill(signal);
    return exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: server.pid ?? 0,
    exited,
    stop: end('SIGTERM'),
    kill: end('SIGKILL'),
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
  };
}

function collect(server: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  server.once('error', (error) => chunks.push(Buffer.from(error.message)));
  return () => Buffer.concat(chunks).toString('utf8').trim();
}

function ping(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.setTimeout(1_000, () => socket.destroy(new Error('No answer to PING.')));
    socket.once('error', reject);
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      socket.destroy();
      if (answer.toString().startsWith('+PONG')) resolve();
      else reject(new Error(`PING was answered ${answer.toString()}`));
    });
  });
}
