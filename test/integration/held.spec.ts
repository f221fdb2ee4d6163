import { ClaimStore } from '../../libs/store/src/claim.store.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type DeliveryPlace, insertDelivery, insertSubscription, insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const HORIZON_MS = 1_500;

describe('deliveries on hold', () => {
  let db: TestDatabase;
  /** Two processes. */
  let claimers: [ClaimStore, ClaimStore];
  let tenantId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    claimers = [new ClaimStore(await connectStore(db.url)), new ClaimStore(await connectStore(db.url))];
    tenantId = await insertTenant(db);
  });

  const holding = async (count: number, over: Parameters<typeof insertSubscription>[2]): Promise<DeliveryPlace> => {
    const place = { tenantId, subscriptionId: await insertSubscription(db, tenantId, over) };
    await Promise.all(Array.from({ length: count }, () => insertDelivery(db, place, { dueAt: `'infinity'` })));
    return place;
  };
  const take = ({ subscriptionId }: DeliveryPlace, limit: number, from = claimers[0]) =>
    from.claimHeld(subscriptionId, limit, { leaseToken: newUuid(), leaseSlackMs: 1_000, horizonMs: HORIZON_MS });
  const inFlight = async ({ subscriptionId }: DeliveryPlace): Promise<number> =>
    (await db.query(`SELECT 1 FROM deliveries WHERE subscription_id = $1 AND state = 'sending'`, [subscriptionId])).length;

  const toRelease = async (): Promise<string[]> =>
    (await claimers[0].subscriptionsToRelease()).map(({ subscriptionUuid }) => subscriptionUuid);

  it('are let go up to the shared cap, whoever asks and however often', async () => {
    const place = await holding(30, { maxConcurrency: 4 });
    const rounds = await Promise.all(Array.from({ length: 8 }, (_, i) => take(place, 10, claimers[i % 2])));
    expect(rounds.flat()).toHaveLength(4);
    expect(await inFlight(place)).toBe(4);
  });

  it('are let go one by one as places become free', async () => {
    const place = await holding(5, { maxConcurrency: 2 });
    const first = await take(place, 10);
    expect(first).toHaveLength(2);
    expect(await take(place, 10)).toEqual([]);
    await db.query(
      `UPDATE deliveries SET state = 'delivered', reason = 'acknowledged', due_at = NULL, lease_token = NULL, ended_at = now() WHERE id = $1`,
      [first[0]!.uuid],
    );
    expect(await take(place, 10, claimers[1])).toHaveLength(1);
  });

  it('count no request whose lease has run out: its process is taken for dead', async () => {
    const place = await holding(3, { maxConcurrency: 1 });
    const [dead] = await take(place, 10);
    await db.query(`UPDATE deliveries SET due_at = now() - interval '1 ms' WHERE id = $1`, [dead!.uuid]);
    expect(await take(place, 10)).toHaveLength(1);
  });

  it('go out oldest first', async () => {
    const place = await holding(6, { maxConcurrency: 3 });
    const all = (
      await db.query<{ id: string }>('SELECT id FROM deliveries WHERE subscription_id = $1 ORDER BY event_id', [place.subscriptionId])
    ).map(({ id }) => id);
    expect((await take(place, 10)).map(({ uuid }) => uuid).sort()).toEqual(all.slice(0, 3).sort());
  });

  it('get the slots of the rate limit, spaced evenly over all who ask', async () => {
    // Ten in a second: one every 100 ms; within the horizon of 1.5 s that is 15 or 16.
    const place = await holding(40, { rateLimit: 10, rateWindowSeconds: 1 });
    const began = performance.now();
    const claims = (await Promise.all([take(place, 8), take(place, 8, claimers[1]), take(place, 8)])).flat();
    const tookMs = performance.now() - began;
    const slots = claims.map(({ startAfterMs }) => startAfterMs).sort((a, b) => a - b);
    expect(slots.length).toBeGreaterThanOrEqual(15);
    expect(slots.length).toBeLessThanOrEqual(16 + Math.ceil(tookMs / 100));
    for (let i = 1; i < slots.length; i++) expect(Math.abs(slots[i]! - slots[i - 1]! - 100)).toBeLessThanOrEqual(tookMs);
    expect(slots.at(-1)).toBeLessThanOrEqual(HORIZON_MS + 100);
  });

  it('keep their lease until their slot and the whole attempt after it are over', async () => {
    const place = await holding(1, { rateLimit: 1, rateWindowSeconds: 60, timeoutMs: 4_000 });
    const [claim] = await take(place, 1);
    const [row] = await db.query<{ ms: number }>(
      'SELECT (extract(epoch FROM due_at - now()) * 1000)::float8 AS ms FROM deliveries WHERE id = $1',
      [claim!.uuid],
    );
    expect(row!.ms).toBeGreaterThan(5_000 + HORIZON_MS - 500);
  });

  it.each([
    ['switched off', 'UPDATE subscriptions SET enabled = false WHERE id = $1'],
    ['suspended', 'UPDATE subscriptions SET suspended_at = now() WHERE id = $1'],
    [
      'paused',
      `INSERT INTO subscription_flow VALUES ($1, now() + interval '1 minute') ON CONFLICT (subscription_id) DO UPDATE SET paused_until = excluded.paused_until`,
    ],
  ])('stay on hold while their subscription is %s', async (_, make) => {
    const place = await holding(2, {});
    await db.query(make, [place.subscriptionId]);
    expect(await take(place, 10)).toEqual([]);
    expect(await toRelease()).not.toContain(place.subscriptionId);
  });

  it('are found by subscription, each once, however many they are', async () => {
    const [one, two] = [await holding(25, { maxConcurrency: 1 }), await holding(25, {})];
    const found = await toRelease();
    expect(found).toEqual(expect.arrayContaining([one.subscriptionId, two.subscriptionId]));
    expect(new Set(found).size).toBe(found.length);
  });
});
