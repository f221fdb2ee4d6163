import type { DataSource } from 'typeorm';
import type { DeliveryState } from '../../libs/domain/src/delivery.js';
import { DeliveryStore, newestDeliveries, searchDeliveries } from '../../libs/store/src/delivery.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Cost, costOf } from '../support/plan.js';
import { insertSubscription, insertTenant } from '../support/rows.js';
import { fillGrown } from '../support/grown-journal.js';
import { connectStore } from '../support/store.js';

const PAGE = 50;
/** So many failed, and as many were diverted. */
const RARE = 200;

describe('a list of deliveries by state', () => {
  let db: TestDatabase;
  let dataSource: DataSource;
  let tenantId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    dataSource = await connectStore(db.url);
    tenantId = await insertTenant(db);
    await fillGrown(db, { tenantId, subscriptions: [await insertSubscription(db, tenantId)], events: 50_000, days: 4 });
    // The rare ones are the oldest: whoever reads on until a page is full reads it all.
    await db.query('ALTER TABLE deliveries DISABLE TRIGGER deliveries_transition');
    await db.query(
      `UPDATE deliveries d SET state = 'delivered' FROM grown g WHERE g.delivery = d.id AND d.state IN ('failed', 'diverted') AND g.n < 46000`,
    );
    await db.query('VACUUM (ANALYZE) deliveries');
  }, 60_000);

  const explained = (state: DeliveryState[] | undefined, before: string | null = null): Promise<Cost> =>
    costOf(db, searchDeliveries(tenantId, { state }, PAGE, before));

  it.each<[DeliveryState[]]>([
    [['failed']],
    [['diverted']],
    [['refused']],
    [['failed', 'diverted']],
    [['failed', 'diverted', 'refused', 'cancelled']],
  ])('reads a page of %j, and not the deliveries that arrived', async (state) => {
    const { pages, indexes } = await explained(state);
    // Partitions that the migration met have the index by its name, later ones by its columns.
    expect(indexes.join(' ')).toMatch(/unsuccessful|deliveries_\d+_tenant_id_state_id/);
    // A row and its event are in some four pages each; the table has thousands.
    expect(pages).toBeLessThan(PAGE * state.length * 12);
  });

  it('reads the page after a cursor as cheaply', async () => {
    const [last] = (await new DeliveryStore(dataSource).list(tenantId, { state: ['failed'] }, RARE / 2, null)).slice(-1);
    expect((await explained(['failed'], last!.id)).pages).toBeLessThan(PAGE * 12);
  });

  it('and by none reads no more than its page either', async () => {
    expect((await explained(undefined)).pages).toBeLessThan(PAGE * 12);
    expect((await explained(['delivered'])).pages).toBeLessThan(PAGE * 12);
    for (const state of [undefined, ['failed' as const]])
      expect((await costOf(db, newestDeliveries(tenantId, { state }, PAGE, null, 0))).pages).toBeLessThan(PAGE * 12);
  });

  it('has the rows that are in these states, newest first, each once', async () => {
    const store = new DeliveryStore(dataSource);
    for (const state of [
      ['failed'],
      ['failed', 'diverted'],
      ['pending', 'failed', 'failed'],
      ['delivered', 'cancelled'],
    ] as DeliveryState[][]) {
      const expected = await db.query<{ id: string }>(
        'SELECT id FROM deliveries WHERE tenant_id = $1 AND state = ANY($2::text[]) ORDER BY id DESC LIMIT 120 OFFSET 7',
        [tenantId, state],
      );
      const listed = await store.list(tenantId, { state }, 120, null, 7);
      expect(listed.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }
  });
});
