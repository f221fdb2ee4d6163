import type { Pool } from 'pg';
import { poolOf } from '../../libs/store/src/data-source.js';
import { type ExpungeRow, ExpungeStore } from '../../libs/store/src/expunge.store.js';
import { UpkeepStore } from '../../libs/store/src/upkeep.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { fillGrown, orphans } from '../support/grown-journal.js';
import { pagesReadBy } from '../support/plan.js';
import { insertSubscription, insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const EVENTS = 10_000;
const DAYS = 4;

describe('on a grown database', () => {
  let db: TestDatabase;
  let pool: Pool;
  let expunges: ExpungeStore;
  let upkeep: UpkeepStore;
  let tenantId: string;
  let otherId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    const dataSource = await connectStore(db.url);
    pool = poolOf(dataSource);
    [expunges, upkeep] = [new ExpungeStore(dataSource), new UpkeepStore(dataSource)];
    [tenantId, otherId] = [await insertTenant(db), await insertTenant(db)];
    await fill(tenantId, EVENTS);
    await fill(otherId, EVENTS);
    // Of each of three customers every 97th event, so that they have events of every day and deliveries in every state.
    for (const [i, customer] of ['one', 'two', 'three'].entries())
      await db.query(`UPDATE events e SET resource_id = $1 FROM grown g WHERE g.event = e.id AND g.n % 97 = $2`, [customer, i]);
  }, 120_000);

  const fill = async (tenant: string, events: number): Promise<void> =>
    fillGrown(db, { tenantId: tenant, subscriptions: [await insertSubscription(db, tenant)], events, days: DAYS });
  const numberOf = async (sql: string, values: unknown[] = []): Promise<number> =>
    (await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, values))[0]!.n;

  describe('the expunge of a resource', () => {
    /** Carries it out as a dispatcher does, and returns the pages that each of its steps read. */
    const expunge = async (resourceId: string): Promise<{ row: ExpungeRow; pages: number[] }> => {
      const { id } = await expunges.create(tenantId, { kind: 'resource', resourceType: 'customer', resourceId });
      const pages: number[] = [];
      for (;;) {
        await db.query('UPDATE expunges SET due_at = now() WHERE id = $1', [id]);
        const taken = (await expunges.take())!;
        pages.push(await pagesReadBy(pool, () => expunges.step(taken)));
        const row = (await expunges.find(tenantId, id))!;
        if (row.endedAt !== null) return { row, pages };
      }
    };
    const about = (resourceId: string) =>
      `SELECT e.id FROM events e WHERE e.tenant_id = '${tenantId}' AND e.resource_type = 'customer' AND e.resource_id = '${resourceId}'`;

    it('takes all that its events hold, of every day and in every state, and leaves their history and all others’', async () => {
      const OWN = `d.event_id IN (${about('one')})`;
      const history = async () => Promise.all(['events', 'deliveries', 'attempts'].map((table) => numberOf(table)));
      const rest = `SELECT md5(string_agg(to_jsonb(d)::text, '' ORDER BY d.id)) AS sum FROM deliveries d WHERE NOT ${OWN}`;
      const kept = await history();
      const before = await db.query(rest);
      const [held, waited] = [await numberOf(`(${about('one')}) e`), await numberOf(`deliveries d WHERE d.state = 'pending' AND ${OWN}`)];
      expect(Math.min(held, 10 * waited)).toBeGreaterThan(30);
      const { row } = await expunge('one');
      expect(row).toMatchObject({ events: held, deliveriesCancelled: waited, endedAt: expect.any(Date) });
      expect(await numberOf(`deliveries d WHERE ${OWN} AND NOT (d.expunged AND d.due_at IS NULL)`)).toBe(0);
      const filled = '(a.url, a.request_headers, a.response_body) IS DISTINCT FROM (NULL, NULL, NULL)';
      expect(await numberOf(`attempts a JOIN deliveries d ON d.id = a.delivery_id WHERE ${OWN} AND ${filled}`)).toBe(0);
      expect(await numberOf(`delivery_bodies b JOIN deliveries d ON d.id = b.delivery_id WHERE ${OWN}`)).toBe(0);
      expect(await numberOf(`events e WHERE e.expunged_at IS NOT NULL OR convert_from(e.raw, 'utf8') = '{}'`)).toBe(held);
      expect(await history()).toEqual(kept);
      expect(await db.query(rest)).toEqual(before);
      expect(await orphans(db)).toEqual([]);
    }, 60_000);

    it('reads no more pages in a step of a journal several times as large', async () => {
      await db.query('VACUUM (ANALYZE) events, deliveries');
      const small = (await expunge('two')).pages;
      // Several times as many events of the same days and of the same tenant, about other customers.
      const more = await insertTenant(db);
      await fill(more, 4 * EVENTS);
      for (const table of ['events', 'deliveries'])
        await db.query(`UPDATE ${table} SET tenant_id = $1 WHERE tenant_id = $2`, [tenantId, more]);
      await db.query('VACUUM (ANALYZE) events, deliveries');
      const large = (await expunge('three')).pages;
      expect(small.length).toBeGreaterThan(3);
      expect(large).toHaveLength(small.length);
      // An index may be a level deeper; in the last step, which looks at what is expunged already, a page that is read in vain counts most.
      expect(large.map((pages, step) => [small[step]!, pages] as const).filter(([before, pages]) => pages > 2 * before)).toEqual([]);
    }, 60_000);
  });

  describe('the drop of a day', () => {
    it('leaves the whole day alone for the one delivery of it that is still open, drops the days before and after, and the day when that has ended', async () => {
      const days = await upkeep.expiredDays(0);
      expect(days).toHaveLength(DAYS);
      const [first, busy, ...later] = days as [string, string, ...string[]];
      const [open] = await db.query<{ id: string; event: string }>(
        `SELECT id, event_id AS event FROM deliveries_${busy} WHERE state = 'pending' ORDER BY id OFFSET 20 LIMIT 1`,
      );
      await db.query(
        `UPDATE deliveries SET state = 'cancelled', reason = 'cancelled_by_operator', due_at = NULL, ended_at = now() WHERE state = 'pending' AND id <> $1`,
        [open!.id],
      );
      const sizes = async () =>
        Promise.all(['events', 'deliveries', 'attempts', 'delivery_bodies'].map((table) => numberOf(`${table}_${busy}`)));
      const before = await sizes();
      expect(await upkeep.dropDay(first)).toBe(true);
      expect(await upkeep.dropDay(busy)).toBe(false);
      for (const day of later) expect(await upkeep.dropDay(day)).toBe(true);
      expect(await sizes()).toEqual(before);
      expect(await upkeep.expiredDays(0)).toEqual([busy]);
      expect(await orphans(db)).toEqual([]);
      // What is left of the day still goes its way.
      await db.query(
        `UPDATE deliveries SET state = 'cancelled', reason = 'cancelled_by_operator', due_at = NULL, ended_at = now() WHERE id = $1`,
        [open!.id],
      );
      expect(await upkeep.dropDay(busy)).toBe(true);
      expect(await numberOf(`event_keys k WHERE k.event_id = $1`, [open!.event])).toBe(0);
      expect(await upkeep.expiredDays(0)).toEqual([]);
      expect(await orphans(db)).toEqual([]);
    }, 60_000);
  });
});
