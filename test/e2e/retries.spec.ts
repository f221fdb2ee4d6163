import type { Attempt, NewSubscription, RetryPolicy } from '../support/api-shapes.js';
import { deliveryOf, startStage, untilDelivery, type Stage } from './stage.js';

/** How far a wait may overshoot its policy on a busy machine. The bounds below are far enough apart that no wrong formula hides in it. */
const LATE_MS = 2_500;

/** The clock of the database times the retry and that of the dispatcher the attempt; both are rounded to whole milliseconds. */
const EARLY_MS = 3;

describe('a failed delivery', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  /** Publishes one event to a subscription that always fails, and returns the attempts, oldest first. */
  async function attemptsUnder(name: string, retry: RetryPolicy): Promise<{ attempts: Attempt[]; createdAt: string }> {
    const { tenant, receiver } = stage;
    receiver.on(`/${name}`, { kind: 'answer', status: 500 });
    await tenant.subscribe({ url: `${receiver.url}/${name}`, eventTypes: [name], failureHandling: { retry } });
    const { id } = await tenant.publish({ type: name, data: {} });
    const { id: delivery, createdAt } = await untilDelivery(tenant, id, {
      state: 'failed',
      reason: 'attempts_exhausted',
      attemptCount: retry.maxAttempts ?? 0,
    });
    expect(receiver.to(`/${name}`)).toHaveLength(retry.maxAttempts ?? 0);
    return { attempts: (await tenant.attempts(delivery)).toReversed(), createdAt };
  }

  const endOf = ({ startedAt, timings }: Attempt): number => Date.parse(startedAt) + (timings.totalMs ?? 0);

  /** Milliseconds from the end of each attempt to the start of the next. */
  const waits = (attempts: Attempt[]): number[] =>
    attempts.slice(1).map((attempt, i) => Date.parse(attempt.startedAt) - endOf(attempts[i]!));

  function expectWaits(attempts: Attempt[], seconds: number[]): void {
    const found = waits(attempts);
    expect(found).toHaveLength(seconds.length);
    seconds.forEach((wanted, i) => {
      expect(found[i]).toBeGreaterThanOrEqual(wanted * 1_000 - EARLY_MS);
      expect(found[i]).toBeLessThan(wanted * 1_000 + LATE_MS);
    });
  }

  it.each<[string, RetryPolicy, number[]]>([
    ['fixed', { kind: 'fixed', delaySeconds: 0.3, maxAttempts: 3 }, [0.3, 0.3]],
    ['linear', { kind: 'linear', baseSeconds: 0.2, maxAttempts: 4 }, [0, 0.2, 0.4]],
    ['linear-at-first', { kind: 'linear', baseSeconds: 20, maxAttempts: 2 }, [0]],
    ['linear-capped', { kind: 'linear', baseSeconds: 20, limitSeconds: 0.2, maxAttempts: 3 }, [0, 0.2]],
    ['exponential', { kind: 'exponential', initialSeconds: 0.1, base: 3, maxAttempts: 4 }, [0.1, 0.3, 0.9]],
    ['exponential-capped', { kind: 'exponential', initialSeconds: 0.1, base: 90, limitSeconds: 0.3, maxAttempts: 4 }, [0.1, 0.3, 0.3]],
    ['schedule', { kind: 'schedule', delaysSeconds: [0.4, 0.1, 0.3], maxAttempts: 4 }, [0.1, 0.3, 0.3]],
  ])('waits as a %s policy says', async (name, retry, seconds) => {
    const { attempts, createdAt } = await attemptsUnder(name, retry);
    expectWaits(attempts, seconds);
    const beforeFirst = Date.parse(attempts[0]!.startedAt) - Date.parse(createdAt);
    expect(beforeFirst).toBeGreaterThanOrEqual((retry.delaysSeconds?.[0] ?? 0) * 1_000 - EARLY_MS);
  });

  /** The one wait of each of many deliveries. */
  async function waitsOfMany(name: string, retry: RetryPolicy, count: number): Promise<number[]> {
    const { tenant, receiver } = stage;
    receiver.on(`/${name}`, { kind: 'answer', status: 500 });
    await tenant.subscribe({
      url: `${receiver.url}/${name}`,
      eventTypes: [name],
      failureHandling: { retry: { ...retry, maxAttempts: 2 } },
    });
    const events = await Promise.all(Array.from({ length: count }, (_, n) => tenant.publish({ type: name, data: n })));
    const deliveries = await Promise.all(events.map(({ id }) => untilDelivery(tenant, id, { state: 'failed', attemptCount: 2 })));
    return (await Promise.all(deliveries.map(async ({ id }) => waits((await tenant.attempts(id)).toReversed())))).flat();
  }

  it('waits a random whole number of seconds within the bounds of a random policy', async () => {
    const found = await waitsOfMany('random', { kind: 'random', minSeconds: 1, maxSeconds: 2 }, 20);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(1_000 - EARLY_MS);
    expect(Math.max(...found)).toBeGreaterThanOrEqual(2_000 - EARLY_MS);
    expect(Math.max(...found)).toBeLessThan(2_000 + LATE_MS);
  });

  it('waits its policy’s delay with jitter on both sides of it and never beyond', async () => {
    const found = await waitsOfMany('jitter', { kind: 'fixed', delaySeconds: 2, jitter: 0.5 }, 40);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(1_000 - EARLY_MS);
    expect(Math.max(...found)).toBeLessThan(3_000 + LATE_MS);
    // 40 draws over two seconds: that none falls into the lower half, or none into the upper, has a chance of one in 10^12.
    expect(Math.min(...found)).toBeLessThan(2_000);
    expect(Math.max(...found)).toBeGreaterThan(2_000);
  });

  it('outside its subscription’s triggers ends at once and quietly; one within them is diverted, suspends and alerts', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/triggers', [
      { kind: 'answer', status: 404 },
      { kind: 'answer', status: 502 },
      { kind: 'answer', status: 502 },
    ]);
    const failureHandling: NewSubscription['failureHandling'] = {
      triggers: ['5xx'],
      retry: { kind: 'fixed', delaySeconds: 0.1, maxAttempts: 2 },
      divert: true,
      suspend: true,
      alertEndpoint: { url: `${receiver.url}/triggers-alert` },
    };
    const subscription = await tenant.subscribe({ url: `${receiver.url}/triggers`, eventTypes: ['triggers'], failureHandling });
    const quiet = await tenant.publish({ type: 'triggers', data: 1 });
    await untilDelivery(tenant, quiet.id, { state: 'failed', reason: 'not_retryable', attemptCount: 1 });
    // Had the first one suspended the subscription, this one would not be made.
    const loud = await tenant.publish({ type: 'triggers', data: 2 });
    const diverted = await untilDelivery(tenant, loud.id, { state: 'diverted', reason: 'attempts_exhausted', attemptCount: 2 });
    expect((await tenant.send('GET', `/v1/subscriptions/${subscription.id}`)).body).toMatchObject({ suspended: true, active: false });
    const alert = await receiver.waitFor(({ path }) => path === '/triggers-alert');
    expect(JSON.parse(alert.body.toString())).toMatchObject({ deliveryId: diverted.id });
    expect(receiver.to('/triggers-alert')).toHaveLength(1);
    expect(receiver.to('/triggers')).toHaveLength(3);
    expect(await deliveryOf(tenant, quiet.id)).toMatchObject({ state: 'failed' });
  });

  it('answered with Retry-After waits that long, and so does its whole subscription, while others go on', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/busy', [{ kind: 'answer', status: 429, headers: { 'retry-after': '2' } }, { kind: 'answer' }]);
    const failureHandling = { retry: { kind: 'fixed' as const, delaySeconds: 0.1, maxAttempts: 3 } };
    await tenant.subscribe({ url: `${receiver.url}/busy`, eventTypes: ['busy'], failureHandling });
    await tenant.subscribe({ url: `${receiver.url}/idle`, eventTypes: ['idle'], failureHandling });
    const first = await tenant.publish({ type: 'busy', data: 1 });
    const { id } = await untilDelivery(tenant, first.id, { state: 'pending', attemptCount: 1 });
    const second = await tenant.publish({ type: 'busy', data: 2 });
    await untilDelivery(tenant, second.id, { state: 'pending', held: true, attemptCount: 0 });
    const other = await tenant.publish({ type: 'idle', data: 3 });
    await Promise.all([other, first, second].map((event) => untilDelivery(tenant, event.id, { state: 'delivered' })));

    const order = receiver.requests.filter(({ path }) => path === '/busy' || path === '/idle');
    expect(order.map(({ headers }) => headers['webhook-id']).slice(0, 2)).toEqual([first.id, other.id]);
    const refusal = (await tenant.attempts(id)).find(({ number }) => number === 1)!;
    for (const request of order.slice(2)) expect(request.receivedAt - endOf(refusal)).toBeGreaterThanOrEqual(2_000 - EARLY_MS);
    expect(order).toHaveLength(4);
  });
});
