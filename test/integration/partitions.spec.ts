import { UpkeepStore } from '../../libs/store/src/upkeep.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertDelivery, insertEvent, insertSubscription, insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const DAY_MS = 86_400_000;

/** A time-ordered uuid of that moment. */
const uuidAt = (ms: number, tail = '7abc-8abc-abcdefabcdef'): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-${tail}`;
};
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

describe('the partitions of the journal', () => {
  let db: TestDatabase;
  let upkeep: UpkeepStore;
  let tenantId: string;
  let subscriptionId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    upkeep = new UpkeepStore(await connectStore(db.url));
    tenantId = await insertTenant(db);
    subscriptionId = await insertSubscription(db, tenantId);
  });

  const partitionOf = async (table: string, id: string): Promise<string | undefined> =>
    (await db.query<{ name: string }>(`SELECT tableoid::regclass::text AS name FROM ${table} WHERE id = $1`, [id]))[0]?.name;
  const exists = async (table: string): Promise<boolean> =>
    (await db.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [table]))[0]!.found;
  const makeDay = (ms: number): Promise<unknown> =>
    db.query('SELECT ensure_partitions($1::date, $1::date)', [new Date(ms).toISOString().slice(0, 10)]);

  it('are there for today and the seven days ahead, each made once, even by many at a time', async () => {
    // The database was made some minutes ago, which may have been yesterday.
    await upkeep.ensurePartitions();
    for (let ahead = 0; ahead <= 7; ahead++)
      for (const table of ['events', 'deliveries', 'delivery_bodies', 'attempts'])
        expect([table, ahead, await exists(`${table}_${dayOf(Date.now() + ahead * DAY_MS)}`)]).toEqual([table, ahead, true]);
    await db.query(`DROP TABLE attempts_${dayOf(Date.now() + 7 * DAY_MS)}, events_${dayOf(Date.now() + 7 * DAY_MS)}`);
    const made = await Promise.all([upkeep.ensurePartitions(), upkeep.ensurePartitions(), upkeep.ensurePartitions()]);
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  it('hold an event and its delivery on the day of the event, to the millisecond', async () => {
    const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS + 2 * DAY_MS;
    for (const [ms, day] of [
      [midnight - 1, dayOf(midnight - 1)],
      [midnight, dayOf(midnight)],
    ] as const) {
      const event = await insertEvent(db, tenantId, uuidAt(ms));
      const delivery = await insertDelivery(db, { tenantId, subscriptionId, eventId: event });
      expect(await partitionOf('events', event)).toBe(`events_${day}`);
      expect(await partitionOf('deliveries', delivery)).toBe(`deliveries_${day}`);
    }
  });

  it('take in what has no day of its own yet, however far ahead', async () => {
    const far = await insertEvent(db, tenantId, uuidAt(Date.UTC(2200, 0, 1)));
    expect(await partitionOf('events', far)).toBe('events_default');
  });

  it('take over from the default partition what came before its day was made', async () => {
    const ms = Date.UTC(2200, 0, 1, 12);
    const event = await insertEvent(db, tenantId, uuidAt(ms));
    const delivery = await insertDelivery(db, { tenantId, subscriptionId, eventId: event });
    await makeDay(ms);
    expect(await partitionOf('events', event)).toBe('events_22000101');
    expect(await partitionOf('deliveries', delivery)).toBe('deliveries_22000101');
    await makeDay(Date.UTC(2200, 0, 2));
    expect(await db.query('SELECT 1 FROM events_default')).toEqual([]);
  });

  it('each have the keys, the checks and the guard against illegal moves of the whole', async () => {
    const id = await insertDelivery(db, { tenantId, subscriptionId });
    await expect(db.query('INSERT INTO deliveries SELECT * FROM deliveries WHERE id = $1', [id])).rejects.toMatchObject({ code: '23505' });
    await expect(db.query('UPDATE deliveries SET due_at = NULL WHERE id = $1', [id])).rejects.toMatchObject({ code: '23514' });
    const moved = db.query(
      `UPDATE deliveries SET state = 'delivered', reason = 'acknowledged', due_at = NULL, ended_at = now() WHERE id = $1`,
      [id],
    );
    await expect(moved).rejects.toMatchObject({ constraint: 'deliveries_transition' });
  });

  describe('past their retention', () => {
    const ended = Date.UTC(2020, 0, 1);
    const pending = Date.UTC(2020, 0, 2);
    const waiting = Date.UTC(2020, 0, 3);

    beforeAll(async () => {
      for (const day of [ended, pending, waiting]) await makeDay(day);
      const old = await insertEvent(db, tenantId, uuidAt(ended));
      await insertDelivery(db, { tenantId, subscriptionId, eventId: old }, { state: 'delivered' });
      const key = (name: string, event: string, at: number): Promise<unknown> =>
        db.query(`INSERT INTO event_keys (tenant_id, key, event_id, fingerprint, created_at) VALUES ($1, $2, $3, '', $4)`, [
          tenantId,
          name,
          event,
          new Date(at),
        ]);
      await key('i:old', old, ended);
      await key('i:pending', uuidAt(pending), pending);
      // More than go at a time, of all of the day.
      await db.query(
        `INSERT INTO event_keys (tenant_id, key, event_id, fingerprint, created_at)
         SELECT $1, 'i:many-' || n, uuid_floor(at), '', at FROM generate_series(1, 6000) n, LATERAL (SELECT $2::timestamptz + n * interval '14 seconds' AS at) t`,
        [tenantId, new Date(ended)],
      );
      await insertDelivery(db, { tenantId, subscriptionId, eventId: await insertEvent(db, tenantId, uuidAt(pending)) });
      const unseen = await insertEvent(db, tenantId, uuidAt(waiting));
      await db.query('INSERT INTO event_outbox (event_id, due_at) VALUES ($1, now())', [unseen]);
    });

    it('are found by their day, and no younger one is', async () => {
      expect(await upkeep.expiredDays(30)).toEqual(['20200101', '20200102', '20200103']);
      await makeDay(Date.now() - DAY_MS);
      expect(await upkeep.expiredDays(1)).not.toContain(dayOf(Date.now() - DAY_MS));
    });

    it('go as a whole once all of the day has ended, with the ids that its events kept, by one of those that try', async () => {
      const dropped = await Promise.all([1, 2, 3].map(() => upkeep.dropDay('20200101')));
      expect(dropped.filter(Boolean)).toEqual([true]);
      for (const table of ['events', 'deliveries', 'delivery_bodies', 'attempts']) expect(await exists(`${table}_20200101`)).toBe(false);
      expect(await db.query('SELECT key FROM event_keys')).toEqual([{ key: 'i:pending' }]);
    });

    it('stay as long as a delivery of the day has not ended', async () => {
      expect(await upkeep.dropDay('20200102')).toBe(false);
      expect(await partitionOf('events', uuidAt(pending))).toBe('events_20200102');
      expect(await db.query('SELECT key FROM event_keys')).toEqual([{ key: 'i:pending' }]);
      await db.query(
        `UPDATE deliveries SET state = 'cancelled', reason = 'cancelled_by_operator', due_at = NULL, ended_at = now() WHERE event_id = $1`,
        [uuidAt(pending)],
      );
      expect(await upkeep.dropDay('20200102')).toBe(true);
    });

    it('stay as long as an event of the day waits for its fan-out', async () => {
      expect(await upkeep.dropDay('20200103')).toBe(false);
      await db.query('DELETE FROM event_outbox');
      expect(await upkeep.dropDay('20200103')).toBe(true);
      expect(await upkeep.expiredDays(30)).toEqual([]);
    });
  });

  it('lose idempotency keys after 24 hours, and publishers’ own ids never', async () => {
    await db.query(
      `INSERT INTO event_keys (tenant_id, key, event_id, fingerprint, created_at)
       SELECT $1, k.key, gen_random_uuid(), '', now() - k.age FROM (VALUES ('k:old', interval '25 hours'), ('k:new', interval '23 hours'),
         ('i:old', interval '25 hours')) AS k (key, age)`,
      [tenantId],
    );
    expect(await upkeep.forgetOldKeys()).toBe(1);
    const keys = await db.query<{ key: string }>('SELECT key FROM event_keys ORDER BY key');
    expect(keys.map(({ key }) => key)).toEqual(['i:old', 'k:new']);
  });
});
