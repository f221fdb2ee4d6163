import type { DataSource } from 'typeorm';
import { LIMITS } from '../../libs/domain/src/limits.js';
import type { Found } from '../../libs/store/src/bounded-search.js';
import { type DeliverySearch, DeliveryStore, searchDeliveries } from '../../libs/store/src/delivery.store.js';
import { type EventFilter, EventStore, searchEvents } from '../../libs/store/src/event.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { fillGrown } from '../support/grown-journal.js';
import { costOf } from '../support/plan.js';
import { insertDelivery, insertEvent, insertSubscription, insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const LOOKED = LIMITS.searchedRows.max;
/** Several times what a page looks through. */
const ROWS = 60_000;
/** Fits few, none of them among the newest a page looks through. */
const IS_RARE = 'g.n % 3000 = 4 AND g.n > 15000';

const EVENT_IS_RARE = `type = 'rare', topic = 'few', resource_type = 'rarity'`;
const DELIVERY_IS_RARE = `event_type = 'Rare', last_status = 503, last_error = 'timeout_total'`;

describe('a list with a filter that fits few of very many rows', () => {
  let db: TestDatabase;
  let tenantId: string;
  let subscriptionId: string;
  let deliveries: DeliveryStore;
  let events: EventStore;

  beforeAll(async () => {
    db = await createTestDatabase();
    const dataSource: DataSource = await connectStore(db.url);
    [deliveries, events] = [new DeliveryStore(dataSource), new EventStore(dataSource)];
    tenantId = await insertTenant(db);
    subscriptionId = await insertSubscription(db, tenantId);
    await fillGrown(db, { tenantId, subscriptions: [subscriptionId, await insertSubscription(db, tenantId)], events: ROWS, days: 3 });
    await db.query(`UPDATE events e SET ${EVENT_IS_RARE} FROM grown g WHERE g.event = e.id AND ${IS_RARE}`);
    await db.query(`UPDATE deliveries d SET ${DELIVERY_IS_RARE} FROM grown g WHERE g.delivery = d.id AND ${IS_RARE}`);
    await db.query('VACUUM (ANALYZE) deliveries, events');
  }, 120_000);

  /** One that every filter here lets through, newer than all. */
  const arrive = async (): Promise<void> => {
    const id = await insertEvent(db, tenantId);
    await db.query(`UPDATE events SET ${EVENT_IS_RARE} WHERE id = $1`, [id]);
    await insertDelivery(db, { tenantId, subscriptionId, eventId: id });
    await db.query(`UPDATE deliveries SET ${DELIVERY_IS_RARE} WHERE event_id = $1`, [id]);
  };

  const ofDeliveries: [string, DeliverySearch, string][] = [
    ['by event type', { eventType: 'rare' }, `d.event_type = 'Rare'`],
    ['by status class', { statusClass: 5 }, 'd.last_status = 503'],
    ['by error', { errorCode: 'timeout_total' }, `d.last_error = 'timeout_total'`],
    ['by event type, and delivered', { eventType: 'rare', state: ['delivered'] }, `d.event_type = 'Rare' AND d.state = 'delivered'`],
    ['of which there is none', { eventType: 'none' }, `d.event_type = 'none'`],
  ];
  const ofEvents: [string, EventFilter, string][] = [
    ['by type', { type: 'rare' }, `e.type = 'rare'`],
    ['by topic', { topic: 'few' }, `e.topic = 'few'`],
    ['by type of resource', { resourceType: 'rarity' }, `e.resource_type = 'rarity'`],
    ['of which there is none', { topic: 'none' }, `e.topic = 'none'`],
  ];

  it.each(ofDeliveries)('reads a part of the deliveries for a page, not all: %s', async (_, filter, condition) => {
    const all = `SELECT d.last_status, e.resource_type FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.tenant_id = $1 AND ${condition}`;
    const whole = await costOf(db, { sql: `${all} ORDER BY d.id DESC`, values: [tenantId] });
    const page = await costOf(db, searchDeliveries(tenantId, filter, 50, null));
    expect(page.pages).toBeGreaterThan(100);
    expect(page.pages).toBeLessThan(whole.pages / 2);
  });

  it.each(ofEvents)('reads a part of the events for a page, not all: %s', async (_, filter, condition) => {
    const whole = await costOf(db, {
      sql: `SELECT e.type FROM events e WHERE e.tenant_id = $1 AND ${condition} ORDER BY e.id DESC`,
      values: [tenantId],
    });
    const page = await costOf(db, searchEvents(tenantId, filter, 50, null));
    expect(page.pages).toBeGreaterThan(100);
    expect(page.pages).toBeLessThan(whole.pages / 2);
  });

  it('reads no more than a page where the newest fit', async () => {
    expect((await costOf(db, searchDeliveries(tenantId, { eventType: 'grown' }, 50, null))).pages).toBeLessThan(600);
    expect((await costOf(db, searchEvents(tenantId, { type: 'grown' }, 50, null))).pages).toBeLessThan(100);
  });

  /** All pages of a list, each after something has arrived. */
  const walk = async (
    search: (before: string | null) => Promise<Found<{ id: string }>>,
    limit: number,
  ): Promise<{ ids: string[]; pages: number }> => {
    const ids: string[] = [];
    for (let [before, pages]: [string | null, number] = [null, 1]; ; pages++) {
      const { rows, searchedTo } = await search(before);
      ids.push(...rows.map(({ id }) => id));
      if (rows.length < limit && searchedTo === null) return { ids, pages };
      expect(rows.length < limit).toBe(searchedTo !== null);
      before = searchedTo ?? ids.at(-1)!;
      await arrive();
    }
  };

  it.each([
    ...ofDeliveries,
    // Which join finds the events of so many deliveries cheaper is the planner's to say.
    ['by resource', { resourceType: 'rarity' }, `e.resource_type = 'rarity'`],
    ['by several states', { state: ['failed', 'diverted', 'pending'], statusClass: 5 }, `d.last_status = 503 AND d.state <> 'delivered'`],
  ] as typeof ofDeliveries)(
    'has each delivery once, newest first, over all its pages while others arrive: %s',
    async (_, filter, condition) => {
      const expected = await db.query<{ id: string }>(
        `SELECT d.id FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.tenant_id = $1 AND ${condition} ORDER BY d.id DESC`,
        [tenantId],
      );
      const { ids, pages } = await walk((before) => deliveries.search(tenantId, filter, 4, before), 4);
      expect(ids).toEqual(expected.map(({ id }) => id));
      expect(pages).toBeLessThanOrEqual(Math.ceil(ROWS / LOOKED) + Math.ceil(expected.length / 4) + 1);
    },
  );

  it.each(ofEvents)('has each event once, newest first, over all its pages while others arrive: %s', async (_, filter, condition) => {
    const expected = await db.query<{ id: string }>(`SELECT id FROM events e WHERE e.tenant_id = $1 AND ${condition} ORDER BY id DESC`, [
      tenantId,
    ]);
    const { ids, pages } = await walk(async (before) => {
      const { rows, searchedTo } = await events.search(tenantId, filter, 4, before);
      return { rows: rows.map(({ uuid }) => ({ id: uuid })), searchedTo };
    }, 4);
    expect(ids).toEqual(expected.map(({ id }) => id));
    expect(pages).toBeLessThanOrEqual(Math.ceil(ROWS / LOOKED) + Math.ceil(expected.length / 4) + 1);
  });

  it('looks through as many as are stated and not one more', async () => {
    const edge = await db.query<{ id: string }>(`SELECT id FROM deliveries WHERE tenant_id = $1 ORDER BY id DESC OFFSET $2 LIMIT 2`, [
      tenantId,
      LOOKED - 1,
    ]);
    const [last, next] = edge.map(({ id }) => id);
    await db.query(`UPDATE deliveries SET event_type = CASE id WHEN $1 THEN 'the.last' ELSE 'the.next' END WHERE id IN ($1, $2)`, [
      last,
      next,
    ]);
    const page = async (eventType: string, before: string | null) => {
      const { rows, searchedTo } = await deliveries.search(tenantId, { eventType }, 4, before);
      return [rows.map(({ id }) => id), searchedTo];
    };
    expect(await page('the.last', null)).toEqual([[last], last]);
    expect(await page('the.next', null)).toEqual([[], last]);
    expect((await page('the.next', last!))[0]).toEqual([next]);
  });
});
