import type { DataSource } from 'typeorm';
import { deliveryUuid, formatId } from '../../libs/domain/src/ids.js';
import { type Claimed, ClaimStore } from '../../libs/store/src/claim.store.js';
import { poolOf } from '../../libs/store/src/data-source.js';
import { type ExpungeRow, ExpungeStore } from '../../libs/store/src/expunge.store.js';
import { FanoutStore, type NewDelivery } from '../../libs/store/src/fanout.store.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { type FinishedAttempt, RecordStore } from '../../libs/store/src/record.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { insertDelivery, insertEvent, insertWaitingEvent, insertSubscription, insertTenant, readDelivery } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const TIMINGS = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 1 };
const LEASE = { leaseSlackMs: 60_000 };

describe('an expunge beside the work under way', () => {
  let db: TestDatabase;
  let dataSource: DataSource;
  let store: ExpungeStore;
  let claims: ClaimStore;
  let records: RecordStore;
  let tenantId: string;
  let subscriptionId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    dataSource = await connectStore(db.url);
    [store, claims, records] = [new ExpungeStore(dataSource), new ClaimStore(dataSource), new RecordStore(dataSource)];
    tenantId = await insertTenant(db);
    subscriptionId = await insertSubscription(db, tenantId);
  });

  const asked = (eventUuid: string): Promise<ExpungeRow> =>
    store.create(tenantId, { kind: 'event', eventUuid, eventId: formatId('evt', eventUuid) });
  const expunge = async (eventUuid: string): Promise<boolean> => !(await store.step(await asked(eventUuid)));
  const sending = async (): Promise<{ event: string; claim: Claimed }> => {
    const event = await insertEvent(db, tenantId);
    const id = await insertDelivery(db, { tenantId, subscriptionId, eventId: event });
    const { claimed } = await claims.claimByIds([id], { ...LEASE, leaseToken: newUuid() });
    return { event, claim: claimed[0]! };
  };
  const attemptOf = (claim: Claimed, over: Partial<FinishedAttempt> = {}): FinishedAttempt => ({
    claim,
    attemptUuid: newUuid(),
    startedAt: new Date(),
    request: { method: 'POST', url: 'https://example.com/secret', headers: { 'x-who': 'secret' } },
    result: {
      kind: 'response',
      status: 500,
      headers: { 'x-who': 'secret' },
      bodyPrefix: Buffer.from('secret'),
      truncated: false,
      timings: TIMINGS,
    },
    outcome: { kind: 'retry', delaySeconds: 60, pauseSeconds: null },
    bodySource: 'template',
    freeze: { body: Buffer.from('secret'), contentType: 'text/plain' },
    ...over,
  });
  /** What the attempts and bodies of a delivery still hold. */
  const held = (id: string): Promise<unknown[]> =>
    db.query(
      `SELECT a.number, a.url, a.request_headers, a.response_headers, a.response_body, a.error_message FROM attempts a
       WHERE a.delivery_id = $1 AND (a.url, a.request_headers, a.response_headers, a.response_body, a.error_message) IS DISTINCT FROM (NULL, NULL, NULL, NULL, NULL)
       UNION ALL SELECT NULL, NULL, NULL, NULL, body, NULL FROM delivery_bodies WHERE delivery_id = $1`,
      [id],
    );

  it('does not wait for a request that is under way, whose attempt then leaves nothing of it behind and is not repeated', async () => {
    const { event, claim } = await sending();
    expect(await expunge(event)).toBe(true);
    expect(await readDelivery(db, claim.uuid)).toMatchObject({ state: 'sending' });
    expect(await records.record(attemptOf(claim))).toBe('recorded');
    expect(await readDelivery(db, claim.uuid)).toMatchObject({
      state: 'cancelled',
      reason: 'expunged',
      attemptCount: 1,
      lastStatus: 500,
      hasEnded: true,
    });
    expect(await held(claim.uuid)).toEqual([]);
  });

  it('lets such a request end as it ends, a late one too', async () => {
    const { event, claim } = await sending();
    await expunge(event);
    expect(await records.record(attemptOf(claim, { outcome: { kind: 'delivered', reason: 'acknowledged' } }))).toBe('recorded');
    expect(await records.record(attemptOf(claim))).toBe('late');
    expect(await readDelivery(db, claim.uuid)).toMatchObject({ state: 'delivered', reason: 'acknowledged', attemptCount: 2 });
    expect(await held(claim.uuid)).toEqual([]);
  });

  it('finds the attempt of a record that was committing while it came', async () => {
    const { event, claim } = await sending();
    const client = await poolOf(dataSource).connect();
    // The record holds the delivery's row; its attempt is not to be seen yet.
    await client.query('BEGIN');
    await client.query(`UPDATE deliveries SET attempt_count = 1 WHERE id = $1`, [claim.uuid]);
    await client.query(
      `INSERT INTO attempts (delivery_id, number, id, trigger, outcome, started_at, timings, url) VALUES ($1, 1, $1, 'schedule', 'retry', now(), '{}', 'secret')`,
      [claim.uuid],
    );
    const row = await asked(event);
    expect(await store.step(row)).toBe(true);
    expect(await store.find(tenantId, row.id)).toMatchObject({ endedAt: null, events: 1 });
    await client.query('COMMIT');
    client.release();
    // A dispatcher takes it up within a second.
    await db.query('UPDATE expunges SET due_at = now() WHERE id = $1', [row.id]);
    expect(await store.step((await store.take())!)).toBe(false);
    expect(await held(claim.uuid)).toEqual([]);
    expect(await store.find(tenantId, row.id)).toMatchObject({ endedAt: expect.any(Date), events: 1 });
  });

  it('ends what is given back, what nobody reported back on, and what waits', async () => {
    const [given, lost] = [await sending(), await sending()];
    const waiting = await insertDelivery(db, { tenantId, subscriptionId }, { dueAt: `'infinity'`, orderKey: 'k' });
    for (const event of [given.event, lost.event]) await expunge(event);
    await expunge((await db.query<{ event: string }>('SELECT event_id AS event FROM deliveries WHERE id = $1', [waiting]))[0]!.event);
    await claims.release([given.claim]);
    await db.query(`UPDATE deliveries SET due_at = now() - interval '1 second' WHERE id = $1`, [lost.claim.uuid]);
    await records.recoverExpired(10, 0);
    for (const id of [given.claim.uuid, lost.claim.uuid, waiting])
      expect(await readDelivery(db, id)).toMatchObject({ state: 'cancelled', reason: 'expunged', hasEnded: true, held: false });
    expect(await db.query('SELECT FROM deliveries WHERE expunged AND order_key IS NOT NULL')).toEqual([]);
  });

  describe('and a fan-out', () => {
    const planned = (eventUuid: string): NewDelivery =>
      ({
        uuid: deliveryUuid(eventUuid, subscriptionId),
        tenantId,
        eventUuid,
        subscriptionId,
        subscriptionUuid: subscriptionId,
        eventType: 't',
        orderKey: null,
        start: { kind: 'now', leaseMs: 60_000 },
      }) as NewDelivery;

    it('that has the event in its hands makes no delivery of it any more', async () => {
      const fanout = new FanoutStore(dataSource);
      const event = await insertWaitingEvent(db, tenantId);
      expect(await fanout.load([event])).toHaveLength(1);
      await expunge(event);
      expect((await fanout.insertDeliveries([planned(event)], newUuid())).claimed).toEqual(new Set());
      expect(await db.query('SELECT FROM deliveries WHERE event_id = $1', [event])).toEqual([]);
      expect(await db.query('SELECT FROM event_outbox WHERE event_id = $1', [event])).toEqual([]);
    });

    it.each([
      ['a fan-out', 'SELECT FROM event_outbox WHERE event_id = $1 FOR UPDATE'],
      ['a replay', 'SELECT FROM events WHERE id = $1 FOR KEY SHARE'],
    ])('as %s that is committing its deliveries is waited for, and they are found', async (_, lock) => {
      const event = await insertWaitingEvent(db, tenantId);
      const plan = planned(event);
      const client = await poolOf(dataSource).connect();
      await client.query('BEGIN');
      await client.query(lock, [event]);
      await client.query(
        `INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, due_at, lease_token, crash_count)
         VALUES ($1, $2, $3, $4, 't', 'sending', now() + interval '1 minute', $5, 1)`,
        [plan.uuid, tenantId, event, subscriptionId, newUuid()],
      );
      const row = await asked(event);
      const stepped = store.step(row);
      await eventually(async () =>
        expect(
          await db.query(
            `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND (query LIKE '%FOR UPDATE' OR query LIKE 'DELETE FROM event_outbox%')`,
          ),
        ).toHaveLength(1),
      );
      await client.query('COMMIT');
      client.release();
      expect(await stepped).toBe(false);
      expect(await db.query('SELECT expunged FROM deliveries WHERE id = $1', [plan.uuid])).toEqual([{ expunged: true }]);
    });
  });

  describe('of a resource', () => {
    const about = async (resourceId: string): Promise<string> => {
      const id = await insertEvent(db, tenantId);
      await db.query(`UPDATE events SET resource_type = 'customer', resource_id = $2 WHERE id = $1`, [id, resourceId]);
      return id;
    };

    it('goes page by page, is taken by one at a time, looks once more for what came late, and ends', async () => {
      const events = [];
      for (let i = 0; i < 120; i++) events.push(await about('42'));
      const other = await about('43');
      const waiting = await insertDelivery(db, { tenantId, subscriptionId, eventId: events[0]! });
      await db.query(
        `INSERT INTO outbound_requests (id, tenant_id, kind, subscription_id, event_type, resource_type, resource_id) VALUES ($1, $2, 'hydration', $3, 't', 'customer', '42')`,
        [newUuid(), tenantId, subscriptionId],
      );
      const { id } = await store.create(tenantId, { kind: 'resource', resourceType: 'customer', resourceId: '42' });
      expect(await db.query('SELECT FROM outbound_requests')).toEqual([]);
      const [taken, second] = await Promise.all([store.take(), store.take()]);
      expect([taken, second].filter(Boolean)).toHaveLength(1);
      await store.step((taken ?? second)!);
      expect(await store.find(tenantId, id)).toMatchObject({ events: 50, deliveriesCancelled: 1, endedAt: null });
      for (let i = 0; i < 2; i++) await store.step((await store.take())!);
      expect(await store.find(tenantId, id)).toMatchObject({ events: 120, isLastPass: true, position: null, endedAt: null });
      expect(await store.take()).toBeNull();
      // Its publish had begun before, and commits now.
      const late = await about('42');
      await db.query('UPDATE expunges SET due_at = now() WHERE id = $1', [id]);
      expect(await store.step((await store.take())!)).toBe(false);
      expect(await store.find(tenantId, id)).toMatchObject({ events: 121, endedAt: expect.any(Date) });
      expect(await readDelivery(db, waiting)).toMatchObject({ state: 'cancelled', reason: 'expunged' });
      const left = await db.query<{ id: string }>(`SELECT id FROM events WHERE resource_type = 'customer' AND expunged_at IS NULL`);
      expect(left).toEqual([{ id: other }]);
      expect(late).not.toBe(other);
    });

    it('leaves alone what is published later, and another tenant’s of the same name', async () => {
      const stranger = await insertTenant(db);
      const theirs = await insertEvent(db, stranger);
      await db.query(`UPDATE events SET resource_type = 'customer', resource_id = '44' WHERE id = $1`, [theirs]);
      const mine = await about('44');
      const { id } = await store.create(tenantId, { kind: 'resource', resourceType: 'customer', resourceId: '44' });
      await db.query(`UPDATE expunges SET created_at = created_at - interval '1 minute', due_at = now() WHERE id = $1`, [id]);
      while (await store.step((await store.take())!)) await db.query('UPDATE expunges SET due_at = now() WHERE id = $1', [id]);
      expect(await db.query('SELECT FROM events WHERE id = ANY($1) AND expunged_at IS NOT NULL', [[theirs, mine]])).toEqual([]);
    });
  });
});
