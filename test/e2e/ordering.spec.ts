import type { Problem } from '../support/refusals.js';
import { startStage, untilAllEnded, untilDelivery, patch, type Stage } from './stage.js';

const ONE_ATTEMPT = { retry: null };

/** Two dispatchers, and sweeps so rare that nothing in here may wait for one. */
describe('an ordered subscription', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({ dispatchers: 2, env: { SWEEP_INTERVAL_MS: '3000' } });
  });

  const resource = (id: string) => ({ type: 'order', id });
  const numbersAt = (path: string): unknown[] =>
    stage.receiver.to(path).map(({ body }) => (JSON.parse(body.toString()) as { data: unknown }).data);

  it('gets the events of a key one after another as they were published, and those of other keys meanwhile', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/steps', { kind: 'answer', delayMs: 10 });
    await tenant.subscribe({ url: `${receiver.url}/steps`, eventTypes: ['step'], ordering: { key: '/resource/id' } });
    const keys = ['a', 'b', 'c'];
    await Promise.all(
      keys.map(async (key) => {
        for (let n = 0; n < 30; n++) await tenant.publish({ type: 'step', data: [key, n], resource: resource(key) });
      }),
    );
    await untilAllEnded(database);
    for (const key of keys) {
      const numbers = (numbersAt('/steps') as [string, number][]).filter(([of]) => of === key).map(([, n]) => n);
      expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => n));
    }
    const most = receiver.mostAtOnce('/steps');
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(keys.length);
  });

  it('takes the next of a key as soon as the one before has ended, without a sweep for each', async () => {
    const { tenant, receiver } = stage;
    await tenant.subscribe({ url: `${receiver.url}/chain`, eventTypes: ['chain'], ordering: { key: '/resource/id' } });
    const ids: string[] = [];
    for (let n = 0; n < 20; n++) ids.push((await tenant.publish({ type: 'chain', data: n, resource: resource('x') })).id);
    // A sweep a step would take a minute.
    const last = await receiver.waitFor(({ path, headers }) => path === '/chain' && headers['webhook-id'] === ids.at(-1), 20_000);
    expect(last.receivedAt).toBeGreaterThan(0);
    expect(numbersAt('/chain')).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('waits with a key for what was given up, until that is resent, or goes past it', async () => {
    const { tenant, receiver } = stage;
    for (const path of ['/waits', '/skips']) receiver.on(path, [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const subscribe = (name: 'waits' | 'skips', afterExhaustion: 'wait' | 'skip') =>
      tenant.subscribe({
        url: `${receiver.url}/${name}`,
        eventTypes: ['given-up'],
        failureHandling: ONE_ATTEMPT,
        ordering: { key: '/resource/id', afterExhaustion },
      });
    const [waits, skips] = [await subscribe('waits', 'wait'), await subscribe('skips', 'skip')];
    const first = await tenant.publish({ type: 'given-up', data: 1, resource: resource('x') });
    const second = await tenant.publish({ type: 'given-up', data: 2, resource: resource('x') });
    const failed = await untilDelivery(tenant, first.id, { state: 'failed' }, waits.id);
    await untilDelivery(tenant, second.id, { state: 'delivered' }, skips.id);
    await untilDelivery(tenant, second.id, { state: 'pending', held: true, attemptCount: 0 }, waits.id);
    await tenant.resend(failed.id);
    await untilDelivery(tenant, second.id, { state: 'delivered' }, waits.id);
    expect(numbersAt('/waits')).toEqual([1, 1, 2]);
  });

  it('is refused with a key that is no pointer, and shows the one it has', async () => {
    const { tenant, receiver } = stage;
    const body = { name: 'Ordered', url: `${receiver.url}/x`, eventTypes: ['x'], ordering: { key: 'resource/id' } };
    const refused = await tenant.send<Problem>('POST', '/v1/subscriptions', { body });
    expect([refused.status, refused.body.errors?.[0]]).toMatchObject([422, { path: '/ordering/key', code: 'order_key_invalid' }]);
    const made = await tenant.subscribe({ ...body, ordering: { key: '/resource/id' } });
    expect(made.ordering).toEqual({ key: '/resource/id', afterExhaustion: 'wait' });
    expect((await patch(tenant, made, { ordering: null })).ordering).toBeNull();
  });
});
