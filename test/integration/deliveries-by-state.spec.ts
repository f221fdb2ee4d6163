import type { DataSource } from 'typeorm';
import type { DeliveryState } from '../../libs/domain/src/delivery.js';
import { poolOf } from '../../libs/store/src/data-source.js';
import { DeliveryStore, newestDeliveries } from '../../libs/store/src/delivery.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertSubscription, insertTenant } from '../support/rows.js';
import { fillGrown } from '../support/grown-journal.js';
import { connectStore } from '../support/store.js';

interface Plan {
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  'Index Name'?: string;
  Plans?: Plan[];
}

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

  const explained = async (
    state: DeliveryState[] | undefined,
    before: string | null = null,
  ): Promise<{ pages: number; indexes: string[] }> => {
    const { sql, values } = newestDeliveries(tenantId, { state }, PAGE, before, 0);
    const { rows } = await poolOf(dataSource).query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
      values,
    );
    const root = rows[0]!['QUERY PLAN'][0]!.Plan;
    const nodes: Plan[] = [];
    for (const queue = [root]; queue.length > 0;) {
      const node = queue.pop()!;
      nodes.push(node);
      queue.push(...(node.Plans ?? []));
    }
    return { pages: root['Shared Hit Blocks'] + root['Shared Read Blocks'], indexes: nodes.flatMap((node) => node['Index Name'] ?? []) };
  };

  it.each<[DeliveryState[]]>([
    [['failed']],
    [['diverted']],
    [['refused']],
    [['failed', 'diverted']],
    [['failed', 'diverted', 'refused', 'cancelled']],
  ])('reads a page of %j, and not the deliveries that arrived', async (state) => {
    const { pages, indexes } = await explained(state);
    expect(indexes.join(' ')).toContain('unsuccessful');
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
