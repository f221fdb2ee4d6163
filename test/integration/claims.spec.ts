import type { DataSource } from 'typeorm';
import { ClaimStore } from '../../libs/store/src/claim.store.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  type DeliveryPlace,
  insertDelivery,
  insertEvent,
  insertSubscription,
  insertTenant,
  readDelivery,
  insertReplay,
} from '../support/rows.js';
import { connectStore } from '../support/store.js';

describe('a claim', () => {
  let db: TestDatabase;
  let claims: ClaimStore;
  let place: DeliveryPlace;
  let bystander: DataSource;
  const timing = (leaseSlackMs = 1_000) => ({ leaseToken: newUuid(), leaseSlackMs });
  const many = (count: number, at = place): Promise<string[]> => Promise.all(Array.from({ length: count }, () => insertDelivery(db, at)));

  beforeAll(async () => {
    db = await createTestDatabase();
    claims = new ClaimStore(await connectStore(db.url));
    bystander = await connectStore(db.url);
  });
  beforeEach(async () => {
    await db.query('DELETE FROM deliveries');
    const tenantId = await insertTenant(db);
    place = { tenantId, subscriptionId: await insertSubscription(db, tenantId, { timeoutMs: 4_000 }) };
  });

  it('is not even tried where a sweep has nothing to do, and each kind of work is told', async () => {
    const nothing = { due: false, outbox: false, held: false, replays: false };
    await many(1);
    await db.query(`UPDATE deliveries SET due_at = now() + interval '1 hour'`);
    expect(await claims.leftovers()).toEqual(nothing);
    await db.query('UPDATE deliveries SET due_at = now()');
    expect(await claims.leftovers()).toEqual({ ...nothing, due: true });
    await db.query(`UPDATE deliveries SET due_at = 'infinity'`);
    expect(await claims.leftovers()).toEqual({ ...nothing, held: true });
    await db.query(`UPDATE deliveries SET due_at = now(), state = 'sending', lease_token = gen_random_uuid()`);
    expect(await claims.leftovers()).toEqual({ ...nothing, due: true });
    await db.query('DELETE FROM deliveries');
    await db.query('INSERT INTO event_outbox (event_id, due_at) VALUES ($1, now())', [newUuid()]);
    expect(await claims.leftovers()).toEqual({ ...nothing, outbox: true });
    await db.query('DELETE FROM event_outbox');
    const part = [await insertReplay(db, place.tenantId), place.subscriptionId, newUuid()];
    await db.query('INSERT INTO replay_parts (replay_id, subscription_id, position) VALUES ($1, $2, $3)', part);
    expect(await claims.leftovers()).toEqual({ ...nothing, replays: true });
    await db.query('DELETE FROM replays');
  });

  it('gives every due delivery to exactly one of many claimers', async () => {
    const ids = await many(40);
    const found = await Promise.all([
      ...Array.from({ length: 4 }, () => claims.claimDue(15, timing())),
      ...Array.from({ length: 4 }, () => claims.claimByIds(ids, timing())),
    ]);
    const claimed = found.flatMap((result) => result.claimed.map(({ uuid }) => uuid));
    expect(claimed.sort()).toEqual(ids.sort());
  });

  it.each([
    ['what is due', () => claims.claimDue(10, timing())],
    [
      'what it was told of',
      async () =>
        claims.claimByIds(
          (await db.query<{ id: string }>('SELECT id FROM deliveries')).map(({ id }) => id),
          timing(),
        ),
    ],
  ])('of %s passes over what another is claiming at that moment, and does not wait for it', async (_, claim) => {
    const [theirs = '', free = ''] = await many(2);
    const somebody = bystander.createQueryRunner();
    await somebody.startTransaction();
    await somebody.query(
      `UPDATE deliveries SET state = 'sending', lease_token = gen_random_uuid(), due_at = now() + interval '1 minute' WHERE id = $1`,
      [theirs],
    );
    expect((await claim()).claimed.map(({ uuid }) => uuid)).toEqual([free]);
    await somebody.commitTransaction();
    await somebody.release();
    expect((await claim()).claimed).toEqual([]);
  });

  it('leases a delivery for its subscription’s timeout and the slack, and counts as a crash until it is recorded', async () => {
    const [id = ''] = await many(1);
    const { leaseToken } = timing();
    const { claimed } = await claims.claimDue(10, { leaseToken, leaseSlackMs: 2_000 });
    expect(claimed).toMatchObject([
      { uuid: id, leaseToken, attemptCount: 0, retriesUsed: 0, bodySource: null, startAfterMs: 0, trigger: 'schedule' },
    ]);
    const row = await readDelivery(db, id);
    expect(row).toMatchObject({ state: 'sending', leaseToken, crashCount: 1 });
    expect(row.dueInMs).toBeGreaterThan(5_000);
    expect(row.dueInMs).toBeLessThanOrEqual(6_000);
  });

  it('takes the longest overdue first, and nothing before its time', async () => {
    const late = await insertDelivery(db, place, { dueAt: `now() - interval '1 minute'` });
    const later = await insertDelivery(db, place, { dueAt: `now() - interval '1 second'` });
    const early = await insertDelivery(db, place, { dueAt: `now() + interval '1 minute'` });
    const claimOne = async () => (await claims.claimDue(1, timing())).claimed.map(({ uuid }) => uuid);
    expect([await claimOne(), await claimOne(), await claimOne()]).toEqual([[late], [later], []]);
    expect((await claims.claimByIds([late, early], timing())).claimed).toEqual([]);
  });

  it.each([
    ['is switched off', (id: string) => db.query('UPDATE subscriptions SET enabled = false WHERE id = $1', [id])],
    ['is suspended', (id: string) => db.query('UPDATE subscriptions SET suspended_at = now() WHERE id = $1', [id])],
    ['is paused', (id: string) => db.query(`INSERT INTO subscription_flow VALUES ($1, now() + interval '1 minute')`, [id])],
    ['has a cap', (id: string) => db.query('UPDATE subscriptions SET max_concurrency = 5 WHERE id = $1', [id])],
    ['has a rate limit', (id: string) => db.query('UPDATE subscriptions SET rate_limit = 5, rate_window_seconds = 1 WHERE id = $1', [id])],
  ])('holds the deliveries of a subscription that %s, and charges nothing', async (_, make) => {
    await make(place.subscriptionId);
    const [id = ''] = await many(1);
    const other = await insertDelivery(db, { ...place, subscriptionId: await insertSubscription(db, place.tenantId) });
    const { claimed, held } = await claims.claimDue(10, timing());
    expect(claimed.map(({ uuid }) => uuid)).toEqual([other]);
    expect(held).toEqual([{ uuid: id, subscriptionUuid: place.subscriptionId, tenantId: place.tenantId }]);
    expect(await readDelivery(db, id)).toMatchObject({ state: 'pending', held: true, crashCount: 0, attemptCount: 0, leaseToken: null });
  });

  it('goes on at once when the pause is over', async () => {
    await db.query(`INSERT INTO subscription_flow VALUES ($1, now() - interval '1 ms')`, [place.subscriptionId]);
    await many(1);
    expect((await claims.claimDue(10, timing())).claimed).toHaveLength(1);
  });

  it('is given back unsent without a trace, but only by the one that holds it', async () => {
    const [id = ''] = await many(1);
    const [claim] = (await claims.claimDue(10, timing())).claimed;
    await claims.release([{ ...claim!, leaseToken: newUuid() }]);
    expect(await readDelivery(db, id)).toMatchObject({ state: 'sending' });
    await claims.release([claim!]);
    expect(await readDelivery(db, id)).toMatchObject({
      state: 'pending',
      held: false,
      leaseToken: null,
      crashCount: 0,
      attemptCount: 0,
      retriesUsed: 0,
    });
    expect((await claims.claimDue(10, timing())).claimed).toHaveLength(1);
  });

  it('is put off uncharged after a fault of ours', async () => {
    const [id = ''] = await many(1);
    await claims.postpone((await claims.claimDue(10, timing())).claimed, 60_000);
    const row = await readDelivery(db, id);
    expect(row).toMatchObject({ state: 'pending', crashCount: 0, attemptCount: 0 });
    expect(row.dueInMs).toBeGreaterThan(50_000);
  });

  it('brings the event and the bytes that an earlier attempt sent', async () => {
    const eventId = await insertEvent(db, place.tenantId);
    const id = await insertDelivery(db, { ...place, eventId });
    await db.query(`UPDATE deliveries SET body_source = 'template' WHERE id = $1`, [id]);
    await db.query(`INSERT INTO delivery_bodies VALUES ($1, 'frozen', 'text/plain')`, [id]);
    const { claimed } = await claims.claimDue(10, timing());
    const { events, bodies } = await claims.loadWork(claimed);
    expect(events.get(eventId)).toMatchObject({ uuid: eventId, raw: Buffer.from('{"data":1}'), dataStart: 8, dataEnd: 9 });
    expect(bodies.get(id)).toEqual({ body: Buffer.from('frozen'), contentType: 'text/plain' });
  });
});
