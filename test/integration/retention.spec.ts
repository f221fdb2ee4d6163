import { RetentionStore, type RetentionWalk } from '../../libs/store/src/retention.store.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { deliver } from '../../libs/store/src/replay-rows.js';
import { UpkeepStore } from '../../libs/store/src/upkeep.store.js';
import { poolOf } from '../../libs/store/src/data-source.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { fillGrown, orphans } from '../support/grown-journal.js';
import { insertDelivery, insertEvent, insertSubscription, insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';
import type { DataSource } from 'typeorm';

const EVENTS = 40_000;
const DAYS = 6;
const BATCH = 500;

describe('a tenant’s own retention on a grown database', () => {
  let db: TestDatabase;
  let dataSource: DataSource;
  let store: RetentionStore;
  let short: string;
  let other: string;
  let subscription: string;

  const keep = (tenantId: string, retention: object): Promise<unknown> =>
    db.query(`UPDATE tenants SET settings = settings || jsonb_build_object('retention', $2::jsonb) WHERE id = $1`, [tenantId, retention]);
  const count = async (table: string, tenantId: string): Promise<number> =>
    (await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1`, [tenantId]))[0]!.n;
  /** An event of so many days ago, with a uuid of that time. */
  const eventOf = async (tenantId: string, daysAgo: number): Promise<string> => {
    const [row] = await db.query<{ id: string }>(
      `SELECT (left(uuid_floor(now() - make_interval(days => $1))::text, 13) || substr($2::uuid::text, 14))::uuid AS id`,
      [daysAgo, newUuid()],
    );
    return insertEvent(db, tenantId, row!.id);
  };
  const endedDaysAgo = (delivery: string, days: number): Promise<unknown> =>
    db.query('UPDATE deliveries SET ended_at = now() - make_interval(days => $2) WHERE id = $1', [delivery, days]);
  const isThere = async (event: string): Promise<boolean> => (await db.query('SELECT FROM events WHERE id = $1', [event])).length === 1;

  /** Walks to the end as a dispatcher does, and returns the batches. */
  const walkAll = async (tenantId: string): Promise<{ looked: number; events: number; deliveries: number }[]> => {
    await db.query('UPDATE retention_walks SET due_at = now(), position = NULL');
    const batches = [];
    for (let walk = await store.take(); walk !== null; walk = await store.take()) {
      for (let isEnd = false; !isEnd;) {
        const swept = await store.sweep(walk, BATCH);
        if (walk.tenantId === tenantId) batches.push(swept);
        ({ isEnd } = swept);
      }
      await store.leave(walk, true);
    }
    return batches;
  };

  beforeAll(async () => {
    db = await createTestDatabase();
    dataSource = await connectStore(db.url);
    store = new RetentionStore(dataSource);
    [short, other] = [await insertTenant(db), await insertTenant(db)];
    for (const tenantId of [short, other]) {
      const subscriptions = [await insertSubscription(db, tenantId), await insertSubscription(db, tenantId)];
      await fillGrown(db, { tenantId, subscriptions, events: EVENTS, days: DAYS });
      [subscription] = subscriptions as [string];
    }
    subscription = await insertSubscription(db, short);
    await keep(short, { days: 2, failedDays: 4 });
  }, 120_000);

  it('takes whole events past their time in bounded batches, keeps all others, and leaves no row without its story', async () => {
    await db.query(
      `INSERT INTO alerts (delivery_id, subscription_id, tenant_id) SELECT delivery, subscription, tenant FROM grown WHERE state = 'failed' AND n % 100 = 2`,
    );
    // Said once more, from the plan by which the rows were made.
    await db.query(
      `CREATE TABLE staying AS SELECT event FROM grown WHERE tenant = $1 AND CASE state
      WHEN 'pending' THEN true WHEN 'failed' THEN at > now() - interval '4 days' WHEN 'diverted' THEN at > now() - interval '4 days'
      ELSE at > now() - interval '2 days' END`.replace('$1', `'${short}'`),
    );
    const batches = await walkAll(short);
    expect(Math.max(...batches.map(({ looked }) => looked))).toBe(BATCH);
    expect(batches.length).toBeGreaterThan(50);
    const wrong = await db.query(
      `SELECT coalesce(e.id, s.event) AS event, e.id IS NULL AS lost FROM (SELECT id FROM events WHERE tenant_id = $1) e
       FULL JOIN staying s ON s.event = e.id WHERE e.id IS NULL OR s.event IS NULL`,
      [short],
    );
    // What crossed its line between the two statements may differ; a second of the plan holds less than one event in ten.
    expect(wrong.length).toBeLessThan(5);
    expect(await count('events', short)).toBeLessThan(EVENTS / 2);
    expect(await orphans(db)).toEqual([]);
    expect([await count('events', other), await count('deliveries', other)]).toEqual([EVENTS, (EVENTS * 19) / 20]);
  }, 60_000);

  it('finds nothing more to delete when it walks again, and is due no sooner than in an hour', async () => {
    expect((await walkAll(short)).reduce((sum, { events }) => sum + events, 0)).toBeLessThan(5);
    expect(await store.take()).toBeNull();
    const [{ minutes }] = (await db.query(`SELECT (extract(epoch FROM due_at - now()) / 60)::float8 AS minutes FROM retention_walks`)) as [
      { minutes: number },
    ];
    expect(minutes).toBeGreaterThan(59);
  });

  it('gives one tenant’s walk to one dispatcher at a time, which goes on where the last one stopped', async () => {
    await db.query('UPDATE retention_walks SET due_at = now(), position = NULL');
    const [first, second] = await Promise.all([store.take(), store.take()]);
    expect([first, second].filter(Boolean)).toHaveLength(1);
    const walk = (first ?? second) as RetentionWalk;
    await store.sweep(walk, 10);
    await store.leave(walk, false);
    expect(await store.take()).toEqual(walk);
    await store.leave(walk, true);
  });

  it('counts from the end of the last delivery: a retry that took days does not end into nothing', async () => {
    const [late, past] = [await eventOf(short, 5), await eventOf(short, 5)];
    await endedDaysAgo(
      await insertDelivery(db, { tenantId: short, subscriptionId: subscription, eventId: late }, { state: 'delivered' }),
      1,
    );
    await endedDaysAgo(
      await insertDelivery(db, { tenantId: short, subscriptionId: subscription, eventId: past }, { state: 'delivered' }),
      3,
    );
    await walkAll(short);
    expect([await isThere(late), await isThere(past)]).toEqual([true, false]);
  });

  it.each([
    ['pending', 'now()'],
    ['pending', `'infinity'`],
    ['sending', 'now()'],
  ] as const)('never takes an event with a delivery that is %s (due %s), whatever became of its others', async (state, dueAt) => {
    const event = await eventOf(short, 5);
    await endedDaysAgo(
      await insertDelivery(db, { tenantId: short, subscriptionId: subscription, eventId: event }, { state: 'delivered' }),
      5,
    );
    const second = await insertSubscription(db, short);
    await insertDelivery(db, { tenantId: short, subscriptionId: second, eventId: event }, { state, dueAt });
    await walkAll(short);
    expect(await isThere(event)).toBe(true);
    expect(await db.query('SELECT FROM deliveries WHERE event_id = $1', [event])).toHaveLength(2);
    await db.query('DELETE FROM deliveries WHERE event_id = $1', [event]);
    await walkAll(short);
    expect(await isThere(event)).toBe(false);
  });

  it('never takes an event that waits for its fan-out, nor one in the window of a replay that has not ended', async () => {
    const [waiting, wanted] = [await eventOf(short, 5), await eventOf(short, 4)];
    await db.query('INSERT INTO event_outbox (event_id, tenant_id, due_at) VALUES ($1, $2, now())', [waiting, short]);
    await db.query(
      `INSERT INTO replays (id, tenant_id, mode, window_from, window_to, rate_per_second, total, state)
       VALUES ($1, $2, 'missing', now() - interval '4 days 1 minute', now() - interval '3 days 23 hours', 1, 0, 'paused')`,
      [newUuid(), short],
    );
    await walkAll(short);
    expect([await isThere(waiting), await isThere(wanted)]).toEqual([true, true]);
    await db.query('DELETE FROM event_outbox');
    await db.query(`UPDATE replays SET state = 'cancelled', ended_at = now()`);
    await walkAll(short);
    expect([await isThere(waiting), await isThere(wanted)]).toEqual([false, false]);
  });

  it('passes over what somebody holds at that moment, without waiting, and comes back for it', async () => {
    const [resent, replayed] = [await eventOf(short, 5), await eventOf(short, 5)];
    const delivery = await insertDelivery(db, { tenantId: short, subscriptionId: subscription, eventId: resent }, { state: 'delivered' });
    await endedDaysAgo(delivery, 5);
    const client = await poolOf(dataSource).connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM deliveries WHERE id = $1 FOR UPDATE', [delivery]);
    const scope = {
      tenantId: short,
      mode: 'missing',
      subscriptionUuid: subscription,
      filter: {},
      from: new Date(0),
      to: new Date(),
    } as const;
    expect(await deliver(client, scope, [replayed], 60_000)).toHaveLength(1);
    await walkAll(short);
    expect([await isThere(resent), await isThere(replayed)]).toEqual([true, true]);
    await client.query('COMMIT');
    client.release();
    await walkAll(short);
    expect([await isThere(resent), await isThere(replayed)]).toEqual([false, true]);
    expect(await orphans(db)).toEqual([]);
  });

  it('leaves alone what is another’s, and ends with the setting', async () => {
    await keep(short, {});
    const old = await eventOf(short, 5);
    await walkAll(short);
    expect(await isThere(old)).toBe(true);
  });

  it('goes beside the deployment’s own, which drops days whole', async () => {
    await db.query(
      `UPDATE deliveries SET state = 'cancelled', reason = 'cancelled_by_operator', due_at = NULL, ended_at = now(), lease_token = NULL WHERE due_at IS NOT NULL`,
    );
    const upkeep = new UpkeepStore(dataSource);
    const days = await upkeep.expiredDays(DAYS - 2);
    expect(days.length).toBeGreaterThan(0);
    for (const day of days) expect(await upkeep.dropDay(day)).toBe(true);
    const [left] = await db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM events WHERE id < uuid_floor(date_trunc('day', now()) - interval '5 days')`,
    );
    expect(left!.n).toBe(0);
    await db.query('DELETE FROM alerts');
    expect(await orphans(db)).toEqual([]);
  });
});
