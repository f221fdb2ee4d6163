import { rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { atEnd } from './cleanup.js';
import { isGone, killWithUs } from './file-guard.js';
import { startRedisServer, type RedisOptions, type RedisServer } from './redis-server.js';
import { addresses } from './service-addresses.js';
import { temporaryFolder } from './temporary-folder.js';

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
  const server = await startRedisServer({ ...options, dir: options.dir ?? ownFolder() });
  killWithUs(server.pid);
  void server.exited.then(() => isGone(server.pid));
  atEnd(`Redis on port ${server.port}`, () => server.kill());
  return server;
}

function ownFolder(): string {
  const folder = temporaryFolder('redis');
  atEnd(folder, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
