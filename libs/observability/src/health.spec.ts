import { Health } from './health.js';

describe('readiness', () => {
  it('is lost when a check fails, and says which without saying why', async () => {
    const health = new Health();
    health.addReadiness('postgres', () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.5')));
    health.addReadiness('queue', () => Promise.resolve());
    expect(await health.ready()).toEqual({ isHealthy: false, checks: { postgres: 'failed', queue: 'ok' } });
  });

  it('is lost when a check throws at once or takes longer than its budget', async () => {
    jest.useFakeTimers();
    const health = new Health();
    health.addReadiness('throws', () => {
      throw new Error('at once');
    });
    health.addReadiness('hangs', () => new Promise(() => undefined));
    const report = health.ready();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await report).toEqual({ isHealthy: false, checks: { throws: 'failed', hangs: 'failed' } });
    jest.useRealTimers();
  });

  it('is lost for good once the process drains, while it goes on living', async () => {
    const health = new Health();
    health.addReadiness('postgres', () => Promise.resolve());
    expect((await health.ready()).isHealthy).toBe(true);
    health.drain();
    expect((await health.ready()).isHealthy).toBe(false);
    expect((await health.live()).isHealthy).toBe(true);
  });
});

describe('liveness', () => {
  it('does not depend on what requests depend on', async () => {
    const health = new Health();
    health.addReadiness('postgres', () => Promise.reject(new Error('away')));
    expect((await health.live()).isHealthy).toBe(true);
    health.addLiveness('progress', () => Promise.reject(new Error('stuck')));
    expect((await health.live()).isHealthy).toBe(false);
  });
});
