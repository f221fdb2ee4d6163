import { deliveryOf, gate, startStage, untilAllEnded, untilDelivery, type Stage } from './stage.js';

const PER_SUBSCRIPTION = 4;

/** One dispatcher shares its places out: no endpoint, however slow, takes more than its part. */
describe('a dispatcher', () => {
  let stage: Stage;

  beforeAll(async () => {
    // Sweeps are rare enough that a backlog which only they drain would not be drained in time.
    const env = { DISPATCH_PER_SUBSCRIPTION: String(PER_SUBSCRIPTION), DISPATCH_CONCURRENCY: '12', SWEEP_INTERVAL_MS: '2500' };
    stage = await startStage({ env });
  });

  const publish = async (type: string, count: number): Promise<string[]> =>
    (await Promise.all(Array.from({ length: count }, (_, n) => stage.tenant.publish({ type, data: n })))).map(({ id }) => id);

  const idsAt = (path: string): unknown[] => stage.receiver.to(path).map(({ headers }) => headers['webhook-id']);

  it('never has more requests open for one subscription without a cap than its own bound, and drains its backlog', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/backlog', { kind: 'answer', delayMs: 20 });
    await tenant.subscribe({ url: `${receiver.url}/backlog`, eventTypes: ['backlog'] });
    const ids = await publish('backlog', 60);
    await untilAllEnded(database);
    expect(receiver.mostAtOnce('/backlog')).toBe(PER_SUBSCRIPTION);
    expect(idsAt('/backlog').toSorted()).toEqual(ids.toSorted());
  });

  it('keeps to that bound when retries come due together', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/retried', (_, before) => ({ kind: 'answer', status: before < 20 ? 500 : 200, delayMs: 20 }));
    await tenant.subscribe({
      url: `${receiver.url}/retried`,
      eventTypes: ['retried'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 1, maxAttempts: 20 } },
    });
    const ids = await publish('retried', 20);
    await untilAllEnded(database);
    expect(receiver.mostAtOnce('/retried')).toBe(PER_SUBSCRIPTION);
    expect(new Set(idsAt('/retried'))).toEqual(new Set(ids));
    expect(idsAt('/retried')).toHaveLength(40);
  });

  it('keeps to that bound when many deliveries are resent at once', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/resent', { kind: 'answer', delayMs: 20 });
    const subscription = await tenant.subscribe({ url: `${receiver.url}/resent`, eventTypes: ['resent'] });
    await publish('resent', 20);
    await untilAllEnded(database);
    const deliveries = await tenant.deliveries({ subscription: subscription.id });
    await Promise.all(deliveries.map(({ id }) => tenant.resend(id)));
    await untilAllEnded(database);
    expect(receiver.mostAtOnce('/resent')).toBe(PER_SUBSCRIPTION);
    expect(idsAt('/resent')).toHaveLength(40);
  });

  it('has delivered everything to a fast endpoint while a slow one keeps all its requests open', async () => {
    const { tenant, receiver } = stage;
    const answer = gate();
    receiver.on('/slow', { kind: 'answer', after: answer.opened });
    await tenant.subscribe({ url: `${receiver.url}/slow`, eventTypes: ['slow'] });
    await tenant.subscribe({ url: `${receiver.url}/fast`, eventTypes: ['fast'] });
    const slow = await publish('slow', 30);
    await receiver.waitFor(() => receiver.to('/slow').length === PER_SUBSCRIPTION);
    const fast = await publish('fast', 30);
    await Promise.all(fast.map((id) => untilDelivery(tenant, id, { state: 'delivered' })));

    const waiting = await Promise.all(slow.map((id) => deliveryOf(tenant, id)));
    expect(waiting.filter((delivery) => delivery?.state === 'sending')).toHaveLength(PER_SUBSCRIPTION);
    expect(waiting.filter((delivery) => delivery?.state === 'pending')).toHaveLength(slow.length - PER_SUBSCRIPTION);
    answer.open();
    await Promise.all(slow.map((id) => untilDelivery(tenant, id, { state: 'delivered', attemptCount: 1 })));
    expect(idsAt('/slow').toSorted()).toEqual(slow.toSorted());
  });
});
