import { createTestDatabase } from './database.js';
import { startGateway } from './processes.js';
import { claimRedisDatabase } from './redis.js';

describe('a process under test', () => {
  let env: Record<string, string>;
  beforeAll(async () => {
    env = { DATABASE_URL: (await createTestDatabase()).url, REDIS_URL: await claimRedisDatabase() };
  });

  it('is ready when it is handed over, shows what it wrote, and leaves when asked', async () => {
    const gateway = await startGateway(env);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    expect(gateway.logs()).not.toBe('');
    // The framework may end its process with the signal it was given.
    const { code, signal } = await gateway.stop();
    expect([0, 'SIGTERM']).toContain(code ?? signal);
  });

  it('can be killed, and replaced on the same port', async () => {
    const first = await startGateway(env);
    expect(await first.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    const second = await startGateway({ ...env, PORT: new URL(first.url).port });
    expect(second.url).toBe(first.url);
  });

  it('answers nobody while paused', async () => {
    const gateway = await startGateway(env);
    gateway.pause();
    await expect(fetch(`${gateway.url}/health/ready`, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    gateway.resume();
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  });

  it('fails at once, with its own words, when it ends instead of becoming ready', async () => {
    const began = performance.now();
    const doomed = startGateway({ ...env, DATABASE_URL: 'not-a-url' });
    await expect(doomed).rejects.toThrow(/ended at its start.*DATABASE_URL/s);
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('may end by itself where a test says so', async () => {
    const gateway = await startGateway({ ...env, DATABASE_URL: 'not-a-url' }, { waitUntilReady: false });
    expect((await gateway.expectExit()).code).not.toBe(0);
  });
});
