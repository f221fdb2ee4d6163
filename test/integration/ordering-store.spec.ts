import { createHash } from 'node:crypto';
import { ClaimStore } from '../../libs/store/src/claim.store.js';
import { DeliveryStore } from '../../libs/store/src/delivery.store.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertDelivery, insertEvent, insertSubscription, insertTenant, readDelivery } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)];

describe('the deliveries of an ordered subscription', () => {
  let db: TestDatabase;
  /** Two processes. */
  let claimers: [ClaimStore, ClaimStore];
  let deliveries: DeliveryStore;
  let tenantId: string;
  let subscriptionId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    const store = await connectStore(db.url);
    claimers = [new ClaimStore(store), new ClaimStore(await connectStore(db.url))];
    deliveries = new DeliveryStore(store);
  });
  beforeEach(() => subscribe('wait'));

  const subscribe = async (ordering: 'wait' | 'skip' | null): Promise<void> => {
    tenantId = await insertTenant(db);
    subscriptionId = await insertSubscription(db, tenantId, { ordering });
  };
  /** One delivery per key, in this order of events; held. */
  const holding = async (...keys: (string | null)[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const orderKey of keys) {
      const eventId = await insertEvent(db, tenantId);
      ids.push(await insertDelivery(db, { tenantId, subscriptionId, eventId }, { dueAt: `'infinity'`, orderKey }));
    }
    return ids;
  };
  const timing = () => ({ leaseToken: newUuid(), leaseSlackMs: 1_000, horizonMs: 0 });
  const take = async (from = claimers[0], limit = 10): Promise<string[]> =>
    (await from.claimHeld(subscriptionId, limit, timing())).map(({ uuid }) => uuid).sort();
  const end = (id: string | undefined, state: string) =>
    db.query(
      `UPDATE deliveries SET state = $2, reason = 'acknowledged', due_at = NULL, lease_token = NULL, ended_at = now() WHERE id = $1`,
      [id, state],
    );

  it('go one at a time of each key, whoever asks and however often, in the order of their events', async () => {
    const ids = await holding(A, B, A, B, A);
    const rounds = await Promise.all(Array.from({ length: 6 }, (_, i) => take(claimers[i % 2])));
    expect(rounds.flat().sort()).toEqual([ids[0], ids[1]].sort());
    await end(ids[0], 'delivered');
    expect(await take()).toEqual([ids[2]]);
    await end(ids[1], 'delivered');
    await end(ids[2], 'delivered');
    expect(await take()).toEqual([ids[3], ids[4]].sort());
  });

  it('keep the order of events whose ids fall into one millisecond', async () => {
    const ids: string[] = [];
    // Deliveries' ids are derived and do not sort as their events' do.
    for (let n = 0; n < 12; n++) {
      const eventId = `019aa63d-0361-7000-8000-0000000000${String(n).padStart(2, '0')}`;
      await db.query(`DELETE FROM events WHERE id = $1`, [eventId]);
      await insertEvent(db, tenantId, eventId);
      ids.push(await insertDelivery(db, { tenantId, subscriptionId, eventId }, { dueAt: `'infinity'`, orderKey: A }));
    }
    expect(ids).not.toEqual(ids.toSorted());
    for (const id of ids) {
      expect(await take()).toEqual([id]);
      await end(id, 'delivered');
    }
  });

  it('without a key wait for none', async () => {
    const ids = await holding(A, null, A, null);
    expect(await take()).toEqual([ids[0], ids[1], ids[3]].sort());
  });

  it('of a key that fails hold that key alone, while it is retried', async () => {
    const ids = await holding(A, B, A);
    await take();
    await db.query(`UPDATE deliveries SET state = 'pending', lease_token = NULL, due_at = now() + interval '1 hour' WHERE id = $1`, [
      ids[0],
    ]);
    await end(ids[1], 'delivered');
    const [later] = await holding(B);
    expect(await take()).toEqual([later]);
    expect(await readDelivery(db, ids[2]!)).toMatchObject({ state: 'pending', held: true });
  });

  it('go on hold when they come due, so that no retry passes by its turn', async () => {
    const [id] = await holding(A);
    await db.query(`UPDATE deliveries SET due_at = now() WHERE id = $1`, [id]);
    const { claimed, held } = await claimers[0].claimDue(10, timing());
    expect([claimed, held.map(({ uuid }) => uuid)]).toEqual([[], [id]]);
  });

  it.each(['failed', 'diverted'])('wait for one of their key that is %s, until it was delivered after all or cancelled', async (state) => {
    const ids = await holding(A, A, A);
    await take();
    await end(ids[0], state);
    expect(await take()).toEqual([]);
    await deliveries.resend(tenantId, ids[0]!, 'manual');
    await claimers[0].claimByIds([ids[0]!], timing());
    expect(await take()).toEqual([ids[0]]);
    await end(ids[0], state);
    expect(await take()).toEqual([]);
    await deliveries.cancel(tenantId, ids[0]!, 'cancelled_by_operator');
    expect(await take()).toEqual([ids[1]]);
  });

  it.each(['failed', 'diverted'])('go on past one of their key that is %s where they shall skip it', async (state) => {
    await subscribe('skip');
    const ids = await holding(A, A);
    await take();
    await end(ids[0], state);
    expect(await take()).toEqual([ids[1]]);
  });

  it('are not held up by an older one that had been delivered and is resent', async () => {
    const ids = await holding(A, A);
    await take();
    await end(ids[0], 'delivered');
    await deliveries.resend(tenantId, ids[0]!, 'manual');
    expect(await take()).toEqual([ids[1]]);
    expect((await claimers[0].claimByIds([ids[0]!], timing())).claimed).toHaveLength(1);
  });

  it('wait until every event of the tenant before theirs has been fanned out', async () => {
    const earlier = await insertEvent(db, tenantId);
    const [id] = await holding(A);
    const later = await insertEvent(db, tenantId);
    for (const event of [earlier, later])
      await db.query(`INSERT INTO event_outbox (event_id, tenant_id, due_at) VALUES ($1, $2, now())`, [event, tenantId]);
    expect(await take()).toEqual([]);
    await db.query('DELETE FROM event_outbox WHERE event_id = $1', [earlier]);
    expect(await take()).toEqual([id]);
  });

  it('all go at once when the subscription is ordered no more', async () => {
    const ids = await holding(A, A, null);
    await db.query('UPDATE subscriptions SET ordering = NULL WHERE id = $1', [subscriptionId]);
    expect(await take()).toEqual(ids.toSorted());
  });

  it('of thousands of keys have their turn, each', async () => {
    await holding(...Array.from({ length: 300 }, (_, n) => createHash('md5').update(String(n)).digest('hex')));
    const taken = new Set<string>();
    for (let round = 0; round < 300 && taken.size < 300; round++) for (const id of await take(claimers[round % 2], 7)) taken.add(id);
    expect(taken.size).toBe(300);
  });
});
