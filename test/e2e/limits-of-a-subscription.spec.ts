import { startStage, untilAllEnded, type Stage } from './stage.js';

/** Two dispatchers keep one subscription's limits together. */
describe('the limits of a subscription', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({ dispatchers: 2 });
  });

  /** Publishes `count` events of this type side by side; resolves with their ids. */
  const publish = async (type: string, count: number): Promise<string[]> =>
    (await Promise.all(Array.from({ length: count }, (_, n) => stage.tenant.publish({ type, data: n })))).map(({ id }) => id);

  const idsAt = (path: string): unknown[] => stage.receiver.to(path).map(({ headers }) => headers['webhook-id']);

  it('never has more than maxConcurrency requests open over all dispatchers, and sends them all', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/capped', { kind: 'answer', delayMs: 60 });
    await tenant.subscribe({ url: `${receiver.url}/capped`, eventTypes: ['capped'], maxConcurrency: 2 });
    const ids = await publish('capped', 20);
    await untilAllEnded(database);
    expect(receiver.mostAtOnce('/capped')).toBe(2);
    expect(idsAt('/capped').toSorted()).toEqual(ids.toSorted());
  });

  it('never has more than maxConcurrency requests open when retries come due together', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/capped-retries', (_, before) => ({ kind: 'answer', status: before < 10 ? 500 : 200, delayMs: 30 }));
    await tenant.subscribe({
      url: `${receiver.url}/capped-retries`,
      eventTypes: ['capped-retries'],
      maxConcurrency: 2,
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 0.5, maxAttempts: 10 } },
    });
    const ids = await publish('capped-retries', 10);
    await untilAllEnded(database);
    expect(receiver.mostAtOnce('/capped-retries')).toBe(2);
    expect(idsAt('/capped-retries')).toHaveLength(20);
    expect(new Set(idsAt('/capped-retries'))).toEqual(new Set(ids));
  });

  it('never starts more than rateLimit.limit requests in any one window over all dispatchers, and sends them all', async () => {
    const { tenant, receiver, database } = stage;
    const rateLimit = { limit: 10, windowSeconds: 1 };
    await tenant.subscribe({ url: `${receiver.url}/paced`, eventTypes: ['paced'], rateLimit });
    const ids = await publish('paced', 25);
    await untilAllEnded(database);
    expect(idsAt('/paced').toSorted()).toEqual(ids.toSorted());

    const times = receiver.to('/paced').map(({ receivedAt }) => receivedAt);
    const within = (from: number): number => times.filter((time) => time >= from && time < from + 1_000).length;
    // Requests start 100 ms apart, so a window holds ten. We see when they arrive: one that a busy machine holds up falls into its
    // successors' window, hence one more.
    expect(Math.max(...times.map(within))).toBeLessThanOrEqual(rateLimit.limit + 1);
    // Twenty-five a tenth of a second apart: all at once, or in two bursts, would be quicker.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(2_300);
  });
});
