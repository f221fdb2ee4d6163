import { LIMITS } from '../../libs/domain/src/limits.js';
import { LANES, type Lane } from '../../libs/domain/src/stats/backlog.js';
import { BacklogStore, type MeasuredBacklog } from '../../libs/store/src/backlog.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertDelivery, insertEvent, insertReplay, insertSubscription, insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const waiting = (measured: MeasuredBacklog | null): Record<string, number> =>
  Object.fromEntries(LANES.map((lane) => [lane, measured!.lanes[lane].waiting]));
const ageSeconds = ({ lanes, now }: MeasuredBacklog, lane: Lane): number => (now.getTime() - Date.parse(lanes[lane].since!)) / 1_000;

describe('the backlog', () => {
  let db: TestDatabase;
  let store: BacklogStore;
  beforeEach(async () => {
    db = await createTestDatabase();
    store = new BacklogStore(await connectStore(db.url));
  });

  /** Makes the next measurement due, whatever was measured before. */
  const isDue = () => db.query('UPDATE backlog SET due_at = now()');
  const place = async () => {
    const tenantId = await insertTenant(db);
    return { tenantId, subscriptionId: await insertSubscription(db, tenantId) };
  };

  it('is unknown until it was measured', async () => {
    expect([await store.read(), await store.readTenant(await insertTenant(db))]).toEqual([null, null]);
  });

  it('tells what waits in which lane, for all and for each tenant, and since when', async () => {
    const [own, other] = [await place(), await place()];
    await insertDelivery(db, own, { dueAt: `now() - interval '90 seconds'` });
    await insertDelivery(db, own, { dueAt: `now() - interval '30 seconds'` });
    await insertDelivery(db, own, { dueAt: `now() + interval '1 hour'` });
    await insertDelivery(db, own, { dueAt: `'infinity'` });
    await insertDelivery(db, own, { state: 'sending', dueAt: `now() + interval '20 seconds'` });
    // A lease that ran out is still a delivery under way, until somebody takes it back.
    await insertDelivery(db, own, { state: 'sending', dueAt: `now() - interval '1 hour'` });
    await insertDelivery(db, own, { state: 'failed' });
    const event = await insertEvent(db, other.tenantId);
    await db.query(`UPDATE events SET accepted_at = now() - interval '5 minutes' WHERE id = $1`, [event]);
    await db.query('INSERT INTO event_outbox (event_id, due_at) VALUES ($1, now())', [event]);
    await insertDelivery(db, other, { dueAt: `now() - interval '10 seconds'` });
    const replay = await insertReplay(db, other.tenantId);
    await db.query(`UPDATE replays SET total = 7, processed = 2, resent = 2, created_at = now() - interval '2 hours' WHERE id = $1`, [
      replay,
    ]);
    await db.query(`UPDATE deliveries SET created_at = now() - interval '3 hours' WHERE due_at > now() AND state = 'pending'`);

    expect(await store.measureIfDue(10_000)).toBe(true);
    const all = (await store.read())!;
    expect(waiting(all)).toEqual({ due: 3, scheduled: 1, held: 1, sending: 2, outbox: 1, replay: 5 });
    expect(waiting(await store.readTenant(own.tenantId))).toEqual({ due: 2, scheduled: 1, held: 1, sending: 2, outbox: 0, replay: 0 });
    expect(waiting(await store.readTenant(other.tenantId))).toEqual({ due: 1, scheduled: 0, held: 0, sending: 0, outbox: 1, replay: 5 });
    const ages = { due: 90, outbox: 300, scheduled: 10_800, held: 10_800, sending: 3_600, replay: 7_200 };
    for (const [lane, seconds] of Object.entries(ages)) {
      expect([lane, ageSeconds(all, lane as Lane) >= seconds]).toEqual([lane, true]);
      expect([lane, ageSeconds(all, lane as Lane) < seconds + 30]).toEqual([lane, true]);
    }
  });

  it('has no age of what is under way, as long as its lease holds', async () => {
    await insertDelivery(db, await place(), { state: 'sending', dueAt: `now() + interval '20 seconds'` });
    await store.measureIfDue(10_000);
    expect((await store.read())!.lanes.sending).toEqual({ waiting: 1, since: null });
  });

  it('comes with how many subscriptions have which state of their breaker, deleted ones left out', async () => {
    const { tenantId } = await place();
    const [open, due, probed, gone] = await Promise.all(Array.from({ length: 4 }, () => insertSubscription(db, tenantId)));
    const flow = (subscription: string | undefined, probeAt: string, token: string) =>
      db.query(`INSERT INTO subscription_flow (subscription_id, breaker_probe_at, breaker_probe_token) VALUES ($1, ${probeAt}, ${token})`, [
        subscription,
      ]);
    await flow(open, `now() + interval '1 minute'`, 'NULL');
    await flow(due, `now() - interval '1 minute'`, 'NULL');
    await flow(probed, `now() + interval '1 minute'`, 'gen_random_uuid()');
    await flow(gone, `now() + interval '1 minute'`, 'NULL');
    await db.query('UPDATE subscriptions SET deleted_at = now() WHERE id = $1', [gone]);
    await store.measureIfDue(10_000);
    expect((await store.read())?.breakers).toEqual({ closed: 1, open: 1, half_open: 2 });
  });

  it('of a tenant that nothing waits for any more is nothing', async () => {
    const own = await place();
    const delivery = await insertDelivery(db, own);
    await store.measureIfDue(10_000);
    expect(waiting(await store.readTenant(own.tenantId))).toMatchObject({ due: 1 });
    await db.query(
      `UPDATE deliveries SET state = 'cancelled', reason = 'cancelled_by_operator', due_at = NULL, ended_at = now() WHERE id = $1`,
      [delivery],
    );
    await isDue();
    await store.measureIfDue(10_000);
    expect(waiting(await store.readTenant(own.tenantId))).toMatchObject({ due: 0 });
    expect(await db.query('SELECT 1 FROM tenant_backlogs')).toEqual([]);
  });

  it('is measured by one of many, and again only after the interval', async () => {
    const asked = await Promise.all(Array.from({ length: 6 }, () => store.measureIfDue(60_000)));
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(await store.measureIfDue(60_000)).toBe(false);
    const [{ pauseSeconds }] = (await db.query('SELECT extract(epoch FROM due_at - measured_at)::int AS "pauseSeconds" FROM backlog')) as [
      { pauseSeconds: number },
    ];
    expect(pauseSeconds).toBe(60);
    await isDue();
    expect(await store.measureIfDue(60_000)).toBe(true);
  });

  it('is measured no more often than twenty times what the measurement takes', async () => {
    await store.measureIfDue(0);
    const [row] = await db.query<{ pauseMs: number; tookMs: number }>(
      `SELECT (extract(epoch FROM due_at - measured_at) * 1000)::int AS "pauseMs", took_ms AS "tookMs" FROM backlog`,
    );
    expect(row!.pauseMs).toBe(row!.tookMs * 20);
    expect(row!.tookMs).toBeGreaterThan(0);
  });

  it('is somebody else’s to measure when whoever began does not report back', async () => {
    // What a dispatcher leaves behind that is killed while it measures.
    await db.query(`UPDATE backlog SET due_at = now() + interval '90 seconds'`);
    expect(await store.measureIfDue(10_000)).toBe(false);
    await db.query(`UPDATE backlog SET due_at = due_at - interval '91 seconds'`);
    expect(await store.measureIfDue(10_000)).toBe(true);
  });

  it('is counted so far and no further', async () => {
    const own = await place();
    const counted = 20;
    for (let i = 0; i < counted; i++) await insertDelivery(db, own);
    await store.measureIfDue(0, { counted, tenants: 1 });
    expect(waiting(await store.read())).toMatchObject({ due: counted });
    await insertDelivery(db, own);
    await isDue();
    await store.measureIfDue(0, { counted, tenants: 1 });
    expect(waiting(await store.read())).toMatchObject({ due: counted });
    await isDue();
    await store.measureIfDue(0);
    expect(waiting(await store.read())).toMatchObject({ due: counted + 1 });
    expect(LIMITS.backlogCounted.max).toBeGreaterThan(counted);
  });

  it('is kept of so many tenants, and of the others it is unknown and not nothing', async () => {
    const [more, less] = [await place(), await place()];
    for (const one of [more, more, less]) await insertDelivery(db, one);
    await store.measureIfDue(0, { counted: 100, tenants: 2 });
    expect(waiting(await store.readTenant(less.tenantId))).toMatchObject({ due: 1 });
    await isDue();
    await store.measureIfDue(0, { counted: 100, tenants: 1 });
    expect(await store.readTenant(less.tenantId)).toBeNull();
    expect(waiting(await store.readTenant(more.tenantId))).toMatchObject({ due: 2 });
    expect(waiting(await store.read())).toMatchObject({ due: 3 });
  });
});
