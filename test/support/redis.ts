import { Redis } from 'ioredis';
import { atEnd } from './cleanup.js';
import { startRedisServer, type RedisOptions, type RedisServer } from './redis-server.js';
import { addresses } from './service-addresses.js';
import { temporaryFolder } from './temporary-folder.js';
import { rmSync } from 'node:fs';

/** The url of a database of this file alone in the run's shared Redis. A test that flushes, stops or pauses starts its own server. */
export async function claimRedisDatabase(): Promise<string> {
  const { redisUrl } = addresses();
  const client = new Redis(redisUrl);
  try {
    // Database 0 holds only this counter, which hands out the others.
    return `${redisUrl}/${await client.incr('next-database')}`;
  } finally {
    client.disconnect();
  }
}

/** A Redis of this file alone, ended after its last test. */
export async function startRedis(options: Partial<RedisOptions> = {}): Promise<RedisServer> {
  const dir = options.dir ?? temporaryFolder('redis');
  const server = await startRedisServer({ ...options, dir });
  atEnd(`Redis on port ${server.port}`, async () => {
    await server.kill();
    if (!options.dir) rmSync(dir, { recursive: true, force: true });
  });
  return server;
}
