import type { DataSource } from 'typeorm';
import { BreakerStore } from '../../libs/store/src/breaker.store.js';
import { StatsStore, subscriptionSteps } from '../../libs/store/src/stats.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { fillGrown } from '../support/grown-journal.js';
import { costOf } from '../support/plan.js';
import { insertSubscription, insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const MINUTE_MS = 60_000;
const SUBSCRIPTIONS = 28;
/** Buckets of ten minutes in a day. */
const BUCKETS = 144;
const STEP_MINUTES = 30;

describe('the figures of many subscriptions', () => {
  let db: TestDatabase;
  let dataSource: DataSource;
  let tenantId: string;
  let otherId: string;
  let ids: string[];
  let range: { from: Date; to: Date };

  beforeAll(async () => {
    db = await createTestDatabase();
    dataSource = await connectStore(db.url);
    [tenantId, otherId] = [await insertTenant(db), await insertTenant(db)];
    ids = [];
    for (let i = 0; i < SUBSCRIPTIONS; i++) ids.push(await insertSubscription(db, tenantId));
    const to = new Date(Math.ceil(Date.now() / (10 * MINUTE_MS)) * 10 * MINUTE_MS);
    range = { from: new Date(to.getTime() - BUCKETS * 10 * MINUTE_MS), to };
    // In each ten minutes its place: one more than in those before; and a bucket on either side that is none of the day's.
    await db.query(
      `INSERT INTO rollups (tenant_id, subscription_id, bucket_at, accepted, matched, delivered, retried, failed, diverted, refused, late, request_ms, delivery_ms)
       SELECT $1, s, $3::timestamptz + make_interval(mins => 10 * n), 0, n, n, 0, 1, 1, 0, 0, '{1}', '{1}' FROM unnest($2::uuid[]) s, generate_series(-1, ${BUCKETS}) n`,
      [tenantId, ids, range.from],
    );
    await fillGrown(db, { tenantId, subscriptions: ids, events: 20_000, days: 1 });
    await db.query('VACUUM (ANALYZE) rollups');
  }, 60_000);

  it('are those of each half hour of the day, added up, each subscription’s own', async () => {
    const steps = await new StatsStore(dataSource).subscriptionSteps(tenantId, ids.slice(0, 3), range, STEP_MINUTES);
    expect(steps).toHaveLength(3 * 48);
    for (const id of ids.slice(0, 3)) {
      const own = steps.filter(({ subscriptionId }) => subscriptionId === id).sort((a, b) => a.at.getTime() - b.at.getTime());
      expect(own.map(({ at }) => (at.getTime() - range.from.getTime()) / MINUTE_MS)).toEqual(own.map((_, i) => i * STEP_MINUTES));
      expect(own.map(({ delivered }) => delivered)).toEqual(own.map((_, i) => 9 * i + 3));
      expect(own.every(({ failed, diverted }) => failed === 3 && diverted === 3)).toBe(true);
    }
  });

  it('are no other tenant’s', async () => {
    expect(await new StatsStore(dataSource).subscriptionSteps(otherId, ids, range, STEP_MINUTES)).toEqual([]);
    expect(await new BreakerStore(dataSource).readMany(otherId, ids)).toEqual(new Map());
  });

  it('come with the breaker of each that there is', async () => {
    const breakers = new BreakerStore(dataSource);
    await breakers.open(ids[1]!, 60_000);
    await breakers.open(ids[2]!, 0);
    await db.query('UPDATE subscriptions SET deleted_at = now() WHERE id = $1', [ids[3]]);
    const read = await breakers.readMany(tenantId, ids.slice(0, 4));
    expect(ids.slice(0, 4).map((id) => read.get(id)?.state)).toEqual(['closed', 'open', 'half_open', undefined]);
    for (const id of ids.slice(0, 3)) expect(read.get(id)).toEqual(await breakers.read(id));
  });

  it('are read from figures alone, a row for ten minutes, however much was delivered', async () => {
    const { pages, tables } = await costOf(db, subscriptionSteps(tenantId, ids, range, STEP_MINUTES));
    expect(tables).toEqual(['rollups']);
    expect(pages).toBeLessThan(SUBSCRIPTIONS * BUCKETS);
  });
});
