import { mkdirSync, rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startGuard } from '../../apps/standalone/src/guard.js';
import type { Postgres } from '../../apps/standalone/src/postgres/start-postgres.js';
import type { RedisServer } from '../../test/support/redis-server.js';
import { TEMPLATE } from '../../test/support/service-addresses.js';
import { startServices } from '../../test/support/services.js';
import { temporaryFolder } from '../../test/support/temporary-folder.js';
import { type Child, startChild } from '../children/child.js';
import type { FloorHandlers } from '../children/floor.js';
import type { PublisherHandlers } from '../children/publisher.js';
import type { ReceiverHandlers } from '../children/receiver.js';
import { type App, startApp } from './product.js';

export interface StageOptions {
  queue: 'redis' | 'postgres';
  /** Whether Postgres waits for the disk at a commit, as it does in production. */
  durable: boolean;
  profileDir: string | undefined;
  /** Flags of Node for the programs. */
  nodeOptions: string | undefined;
  /** Further settings of the programs. */
  env: Record<string, string>;
}

/** Servers, the receiver, the publisher and the bare loops, each a process of its own. The product's programs are started on it. */
export interface Stage {
  postgres: Postgres;
  redis: RedisServer;
  databaseUrl: string;
  postgresLog: string;
  db: pg.Pool;
  redisClient: Redis;
  receiver: Child<ReceiverHandlers>;
  /** Its origins; each subscription is of one of them. */
  origins: string[];
  publisher: Child<PublisherHandlers>;
  floor: Child<FloorHandlers>;
  start(program: 'gateway' | 'dispatcher'): Promise<App>;
  stop(): Promise<void>;
}

const DATABASE = 'bench';
const ORIGINS = 32;

/** For statements per step and for the plans of hot statements; the plans are logged only while a bench asks for them. */
const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements,auto_explain',
  'pg_stat_statements.track': 'all',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
};

export async function openStage({ queue, durable, profileDir, nodeOptions, env }: StageOptions): Promise<Stage> {
  if (profileDir !== undefined) mkdirSync(profileDir, { recursive: true });
  const folder = temporaryFolder('bench');
  const guard = startGuard([folder]);
  const services = await startServices({ durable, settings: SETTINGS });
  const databaseUrl = await createDatabase(services.postgres.url);
  const db = new pg.Pool({ connectionString: databaseUrl, max: 4, application_name: 'bench' });
  db.on('error', () => undefined);
  await db.query('CREATE EXTENSION pg_stat_statements');
  const receiver = startChild<ReceiverHandlers>('receiver');
  const publisher = startChild<PublisherHandlers>('publisher');
  const floor = startChild<FloorHandlers>('floor');
  const redisClient = new Redis(services.redis.url);
  const apps = new Set<App>();
  const settings = {
    DATABASE_URL: databaseUrl,
    // The publisher is one key, and is to be answered as fast as it can be.
    RATE_LIMIT_PER_TENANT: '0',
    RATE_LIMIT_PER_CALLER: '0',
    ...(queue === 'redis' ? { REDIS_URL: services.redis.url } : {}),
    ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }),
    ...env,
  };
  return {
    ...services,
    databaseUrl,
    db,
    redisClient,
    receiver,
    origins: await receiver.call('listen', ORIGINS),
    publisher,
    floor,
    start: async (program) => {
      const app = await startApp(program, { env: settings, folder, guard, profileDir });
      const own: App = {
        ...app,
        stop: async () => {
          apps.delete(own);
          await app.stop();
        },
      };
      apps.add(own);
      return own;
    },
    stop: async () => {
      await Promise.all([...apps].map((app) => app.stop()));
      for (const child of [receiver, publisher, floor]) child.stop();
      redisClient.disconnect();
      await db.end();
      await services.stop();
      rmSync(folder, { recursive: true, force: true });
      guard.dismiss();
    },
  };
}

/** The queue's own tables are part of it, for a queue that runs in Postgres. */
async function createDatabase(postgresUrl: string): Promise<string> {
  const admin = new pg.Client(postgresUrl);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${DATABASE} TEMPLATE ${TEMPLATE}`);
  await admin.end();
  const url = new URL(postgresUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

/** Where the n-th subscription's requests go. */
export const endpointOf = ({ origins }: Stage, n: number, path: string): string => `${origins[n % origins.length]!}${path}`;
