import type { Subscription } from '../support/api-shapes.js';
import { eventually } from '../support/eventually.js';
import { patch, startStage, untilAllEnded, type Stage } from './stage.js';

interface Breaker {
  state: 'closed' | 'open' | 'half_open';
  since: string | null;
  nextProbeAt: string | null;
  trips: number;
}

const CLOSED: Breaker = { state: 'closed', since: null, nextProbeAt: null, trips: 0 };
const COOL_DOWN_MS = 300;

/** Two dispatchers spare one endpoint together. */
describe('the breaker of a subscription', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({ dispatchers: 2, env: { BREAKER_AFTER_MS: '0', BREAKER_COOL_DOWN_MS: String(COOL_DOWN_MS) } });
  });

  const publish = async (type: string, count: number): Promise<string[]> =>
    (await Promise.all(Array.from({ length: count }, (_, n) => stage.tenant.publish({ type, data: n })))).map(({ id }) => id);

  const breakerOf = async ({ id }: Subscription): Promise<Breaker> =>
    (await stage.tenant.send<{ breaker: Breaker }>('GET', `/v1/subscriptions/${id}/stats`)).body.breaker;

  /** A subscription to an endpoint that answers 503, and 60 events to it: its breaker has opened, and all of them are on hold. */
  async function openBreaker(name: string): Promise<{ subscription: Subscription; ids: string[] }> {
    const { tenant, receiver, database } = stage;
    receiver.on(`/${name}`, { kind: 'answer', status: 503 });
    const retry = { kind: 'fixed', delaySeconds: 0.1, maxAttempts: 20 } as const;
    const subscription = await tenant.subscribe({ url: `${receiver.url}/${name}`, eventTypes: [name], failureHandling: { retry } });
    expect(await breakerOf(subscription)).toEqual(CLOSED);
    const ids = await publish(name, 60);
    await eventually(async () => expect((await breakerOf(subscription)).state).not.toBe('closed'));
    await eventually(async () => {
      const rows = await database.query(`SELECT 1 FROM deliveries WHERE subscription_id = $1 AND due_at = 'infinity'`, [subscription.uuid]);
      expect(rows.length).toBeGreaterThanOrEqual(59);
    });
    return { subscription, ids };
  }

  it('opens when most attempts fail, lets one probe go at a time over all dispatchers, and delivers all when one succeeds', async () => {
    const { tenant, receiver, database } = stage;
    const { subscription, ids } = await openBreaker('ill');
    // Probes are told from the volley that opened it by the path of today.
    receiver.on('/probed', { kind: 'answer', status: 503, delayMs: 150 });
    await patch(tenant, subscription, { url: `${receiver.url}/probed` });
    const later = await publish('ill', 10);
    await eventually(() => expect(receiver.to('/probed').length).toBeGreaterThanOrEqual(3));
    expect(receiver.mostAtOnce('/probed')).toBe(1);
    const [first, second, third] = receiver.to('/probed');
    expect(second!.receivedAt - first!.receivedAt).toBeGreaterThan(COOL_DOWN_MS);
    expect(third!.receivedAt - second!.receivedAt).toBeGreaterThan(second!.receivedAt - first!.receivedAt);
    const breaker = await breakerOf(subscription);
    expect(breaker.trips).toBeGreaterThanOrEqual(3);
    expect(breaker.since).not.toBeNull();

    receiver.on('/probed', { kind: 'answer' });
    await untilAllEnded(database);
    expect(await breakerOf(subscription)).toEqual(CLOSED);
    const deliveries = await tenant.deliveries({ subscription: subscription.id, limit: '100' });
    expect(deliveries.map(({ state }) => state)).toEqual(Array.from({ length: 70 }, () => 'delivered'));
    expect(new Set(deliveries.map(({ eventId }) => eventId))).toEqual(new Set([...ids, ...later]));
    // What came while it was open waited uncharged: the first attempt of each was the one that arrived.
    const ofLater = deliveries.filter(({ eventId }) => later.includes(eventId));
    expect(ofLater.map(({ attemptCount }) => attemptCount)).toEqual(later.map(() => 1));
    const charged = deliveries.reduce((sum, { attemptCount }) => sum + attemptCount, 0);
    expect(receiver.to('/ill').length + receiver.to('/probed').length).toBe(charged);
  });

  it('takes a delivery that is resent by hand for its next probe, at once and before all others', async () => {
    const { tenant, receiver, database } = stage;
    const { subscription } = await openBreaker('mended');
    await database.query(
      `UPDATE subscription_flow SET breaker_probe_at = now() + interval '1 hour', breaker_probe_token = NULL WHERE subscription_id = $1`,
      [subscription.uuid],
    );
    // A probe that was claimed before that may not have left yet: it would be the first at the new url.
    await eventually(async () => expect(await database.query(`SELECT id FROM deliveries WHERE state = 'sending'`)).toEqual([]));
    await patch(tenant, subscription, { url: `${receiver.url}/well` });
    const [newest] = await tenant.deliveries({ subscription: subscription.id, limit: '1' });
    await tenant.resend(newest!.id);
    await untilAllEnded(database);
    expect(receiver.to('/well')[0]!.headers['webhook-id']).toBe(newest!.eventId);
    expect(await breakerOf(subscription)).toEqual(CLOSED);
  });

  it('stays closed over an endpoint that answers, if only to refuse', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/refusing', { kind: 'answer', status: 404 });
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/refusing`,
      eventTypes: ['refusing'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 0.1, maxAttempts: 2 } },
    });
    await publish('refusing', 40);
    await untilAllEnded(database);
    expect(receiver.to('/refusing')).toHaveLength(80);
    expect(await breakerOf(subscription)).toEqual(CLOSED);
  });
});
