import type { Settings } from '#config/settings.js';
import { type ConnectionOptions, createPostgresBackend, runMigrations, setDefaultBackendFactory } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

type QueueSettings = Pick<Settings, 'REDIS_URL' | 'DATABASE_URL' | 'QUEUE_PREFIX'>;

/** Where BullMQ keeps its tables when the queue runs in Postgres. */
const SCHEMA = 'bullmq';

/** A connection for BullMQ, and how to let go of it: BullMQ closes only what it opened itself. */
export interface QueueConnection {
  connection: ConnectionOptions;
  prefix: string;
  close(): Promise<void>;
}

/**
 * The producer's connection never makes anybody wait: no offline queue, one try, half a second per command.
 * A worker's waits for ever, as BullMQ requires.
 */
export function connectQueue(settings: QueueSettings, role: 'producer' | 'worker', onError: (error: Error) => void): QueueConnection {
  return settings.REDIS_URL === undefined
    ? connectPostgres(settings, role, onError)
    : connectRedis(settings.REDIS_URL, settings, role, onError);
}

const RECONNECT_MAX_MS = 2_000;

function connectRedis(url: string, settings: QueueSettings, role: 'producer' | 'worker', onError: (error: Error) => void): QueueConnection {
  const redis = openRedis(url, role, onError);
  return { connection: redis, prefix: settings.QUEUE_PREFIX, close: () => Promise.resolve(redis.disconnect()) };
}

/** Connects in the background and for ever; what becomes of commands meanwhile: see connectQueue. */
export function openRedis(url: string, role: 'producer' | 'worker', onError: (error: Error) => void): Redis {
  const patient = { maxRetriesPerRequest: null };
  const hasty = { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 500 };
  const redis = new Redis(url, {
    ...(role === 'worker' ? patient : hasty),
    connectTimeout: 2_000,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 6), RECONNECT_MAX_MS),
    // A failover leaves us talking to a replica: reconnect, and send the command again.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  });
  redis.on('error', onError);
  return redis;
}

function connectPostgres(settings: QueueSettings, role: 'producer' | 'worker', onError: (error: Error) => void): QueueConnection {
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new pg.Pool({
    connectionString: settings.DATABASE_URL,
    options: `-c search_path=${SCHEMA}`,
    max: role === 'worker' ? 6 : 3,
    keepAlive: true,
    connectionTimeoutMillis: 2_000,
    application_name: `tidings-queue-${role}`,
    ...(role === 'producer' ? { query_timeout: 2_000 } : {}),
  });
  pool.on('error', onError);
  return { connection: pool, prefix: settings.QUEUE_PREFIX, close: () => pool.end() };
}

/** Makes BullMQ's own tables, where the queue runs in Postgres. Takes its own lock, so several may run it at once. */
export async function migrateQueue(settings: QueueSettings): Promise<void> {
  if (settings.REDIS_URL !== undefined) return;
  const client = new pg.Client({ connectionString: settings.DATABASE_URL });
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    await client.end();
  }
}
