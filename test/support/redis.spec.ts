import { Redis } from 'ioredis';
import { eventually } from './eventually.js';
import { startRedis } from './redis.js';
import type { RedisServer } from './redis-server.js';

let server: RedisServer;

const connect = (): Redis =>
  new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => null, commandTimeout: 300, lazyConnect: true });

async function use<T>(work: (client: Redis) => Promise<T>): Promise<T> {
  const client = connect();
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}

beforeEach(async () => {
  server = await startRedis();
});

describe('a Redis of the test kit', () => {
  it('evicts nothing, as in production', async () => {
    expect(await use((client) => client.config('GET', 'maxmemory-policy'))).toEqual(['maxmemory-policy', 'noeviction']);
  });

  it('listens on 127.0.0.1 only', async () => {
    expect(await use((client) => client.config('GET', 'bind'))).toEqual(['bind', '127.0.0.1']);
  });

  it('loses everything when it is killed, and can come back on its port', async () => {
    await use((client) => client.set('kept', 'no'));
    await server.kill();
    await expect(use((client) => client.get('kept'))).rejects.toThrow();
    server = await startRedis({ port: server.port });
    expect(await use((client) => client.get('kept'))).toBeNull();
  });

  it('keeps connections open without an answer while paused, and answers again once resumed', async () => {
    await use(async (client) => {
      await client.set('kept', 'yes');
      server.pause();
      await expect(client.get('kept')).rejects.toThrow(/timed out/);
      server.resume();
      expect(await eventually(() => client.get('kept'))).toBe('yes');
    });
  });

  it('can be ended while it is paused', async () => {
    server.pause();
    await server.kill();
    await expect(use((client) => client.ping())).rejects.toThrow();
  });

  it('tells what the server said when it does not start', async () => {
    await expect(startRedis({ args: ['--no-such-option', '1'] })).rejects.toThrow(/no-such-option/);
  });
});
