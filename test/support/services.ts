import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startGuard } from '../../apps/standalone/src/guard.js';
import { freePort } from '../../apps/standalone/src/ports.js';
import { startPostgres, type Postgres } from '../../apps/standalone/src/postgres/start-postgres.js';
import { entryOf } from '../../apps/standalone/src/programs.js';
import pg from 'pg';
import { startRedisServer, type RedisServer } from './redis-server.js';
import { publishAddresses, TEMPLATE } from './service-addresses.js';
import { temporaryFolder } from './temporary-folder.js';
import { SECRET_KEYS } from './test-settings.js';

export interface Services {
  postgres: Postgres;
  /** The file that Postgres writes its log to. */
  postgresLog: string;
  redis: RedisServer;
  stop(): Promise<void>;
}

export interface ServicesOptions {
  /** Whether Postgres waits for the disk at a commit; tests have no need of that. */
  durable?: boolean;
  /** Further settings of Postgres, by name. */
  settings?: Record<string, string>;
}

/** One Postgres and one Redis for the whole run, with the migrated template database that each test file clones. */
export async function startServices({ durable = false, settings = {} }: ServicesOptions = {}): Promise<Services> {
  const folder = temporaryFolder('tests');
  const guard = startGuard([folder]);
  const servers: (Postgres | RedisServer)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.kill()));
    rmSync(folder, { recursive: true, force: true });
    guard.dismiss();
  };
  try {
    const postgres = await startPostgres({
      dataDir: join(folder, 'postgres'),
      port: await freePort(),
      durable,
      settings: { max_connections: '300', shared_buffers: '128MB', ...settings },
    });
    servers.push(postgres);
    guard.watch(postgres.pid, 'SIGKILL');
    const redis = await startRedisServer({ dir: folder });
    servers.push(redis);
    guard.watch(redis.pid, 'SIGKILL');
    await buildTemplate(postgres.url);
    publishAddresses({ postgresUrl: postgres.url, redisUrl: redis.url });
    return { postgres, postgresLog: join(folder, 'postgres', 'server.log'), redis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function buildTemplate(postgresUrl: string): Promise<void> {
  const admin = new pg.Client(postgresUrl);
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  } finally {
    await admin.end();
  }
  const url = new URL(postgresUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrate(url.href);
}

async function migrate(databaseUrl: string): Promise<void> {
  const entry = entryOf('migrate');
  if (!existsSync(entry)) throw new Error(`${entry} is missing: build first (npm run build).`);
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, DATABASE_URL: databaseUrl, SECRET_KEYS },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The migration of the template database failed:\n${Buffer.concat(output).toString('utf8')}`);
}
