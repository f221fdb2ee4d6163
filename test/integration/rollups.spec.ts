import type { DataSource } from 'typeorm';
import { LIMITS } from '../../libs/domain/src/limits.js';
import { bucketOf } from '../../libs/domain/src/stats/latency-histogram.js';
import { noTally, Rollup, type TallyRow } from '../../libs/domain/src/stats/rollup.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { RollupStore, WHOLE_TENANT } from '../../libs/store/src/rollup.store.js';
import { type Range, StatsStore } from '../../libs/store/src/stats.store.js';
import { UpkeepStore } from '../../libs/store/src/upkeep.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { connectStore } from '../support/store.js';

const HOUR_MS = 3_600_000;
const around = (): Range => ({ from: new Date(Date.now() - HOUR_MS), to: new Date(Date.now() + HOUR_MS) });

describe('figures', () => {
  let db: TestDatabase;
  let dataSource: DataSource;
  let store: RollupStore;
  let stats: StatsStore;
  let upkeep: UpkeepStore;
  beforeAll(async () => {
    db = await createTestDatabase();
    dataSource = await connectStore(db.url);
    [store, stats, upkeep] = [new RollupStore(dataSource), new StatsStore(dataSource), new UpkeepStore(dataSource)];
  });

  const row = (tenantId: string, subscriptionId: string | null, over: Partial<TallyRow> = {}): TallyRow => ({
    ...noTally(),
    tenantId,
    subscriptionId,
    ...over,
  });

  it('of several processes add up, counters and histograms', async () => {
    const [tenant, ...subscriptions] = Array.from({ length: 30 }, newUuid) as [string, ...string[]];
    const flush = async (isReversed: boolean): Promise<void> => {
      const figures = new Rollup();
      for (const subscriptionId of isReversed ? subscriptions.toReversed() : subscriptions) {
        figures.accepted(tenant);
        figures.matched(tenant, subscriptionId);
        figures.attempted({ tenantId: tenant, subscriptionId, outcome: 'delivered', requestMs: isReversed ? 4 : 900, deliveryMs: 1_000 });
      }
      await store.add(figures.take());
    };
    await Promise.all(Array.from({ length: 8 }, (_, i) => flush(i % 2 === 0)));
    const sums = await db.query<{ subscriptions: number; accepted: number; matched: number; delivered: number }>(
      `SELECT count(DISTINCT subscription_id)::int - 1 AS subscriptions, sum(accepted)::int AS accepted, sum(matched)::int AS matched,
         sum(delivered)::int AS delivered FROM rollups WHERE tenant_id = $1`,
      [tenant],
    );
    expect(sums).toEqual([{ subscriptions: 29, accepted: 8 * 29, matched: 2 * 8 * 29, delivered: 2 * 8 * 29 }]);
    const buckets = await stats.subscriptionBuckets(tenant, subscriptions[0]!, around());
    const at = (ms: number): number => buckets.reduce((sum, { requestMs }) => sum + (requestMs[bucketOf(ms)] ?? 0), 0);
    expect([at(4), at(900), at(50)]).toEqual([4, 4, 0]);
  });

  it('of two processes that write the same rows never end in a deadlock', async () => {
    const tenant = newUuid();
    const [first, middle, last] = [newUuid(), newUuid(), newUuid()].sort() as [string, string, string];
    const rows = [first, middle, last].map((id) => row(tenant, id, { matched: 1 }));
    await store.add(rows);
    // Both get as far as they can while somebody holds the row in the middle.
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT 1 FROM rollups WHERE subscription_id = $1 FOR UPDATE', [middle]);
    const writes = [store.add(rows), store.add(rows.toReversed())];
    await eventually(async () => {
      const blocked = await db.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO rollups%'`,
      );
      expect(blocked).toHaveLength(2);
    });
    await runner.commitTransaction();
    await runner.release();
    await Promise.all(writes);
    const [bucket] = await stats.subscriptionBuckets(tenant, last, around());
    expect(bucket!.matched).toBe(3);
  });

  it('of a tenant are kept by the minute, of a subscription by ten minutes, by the database’s clock', async () => {
    const [tenant, subscription] = [newUuid(), newUuid()];
    const [before] = await db.query<{ at: Date }>('SELECT now() AS at');
    await store.add([row(tenant, null, { accepted: 1 }), row(tenant, subscription, { matched: 1 })]);
    const [whole] = await stats.tenantBuckets(tenant, around());
    const [part] = await stats.subscriptionBuckets(tenant, subscription, around());
    expect(whole).toMatchObject({ accepted: 1, matched: 0 });
    expect(part).toMatchObject({ accepted: 0, matched: 1 });
    for (const [{ at }, stepMs] of [
      [whole!, 60_000],
      [part!, 600_000],
    ] as const) {
      expect(at.getTime() % stepMs).toBe(0);
      expect(at.getTime()).toBeGreaterThan(before!.at.getTime() - stepMs);
      expect(at.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
    }
  });

  it('of another tenant are nobody else’s', async () => {
    const [tenant, other, subscription] = [newUuid(), newUuid(), newUuid()];
    await store.add([row(other, null, { accepted: 5 }), row(other, subscription, { failed: 5 })]);
    await store.add([row(tenant, null, { accepted: 1 })]);
    expect((await stats.tenantBuckets(tenant, around())).map(({ accepted }) => accepted)).toEqual([1]);
    expect(await stats.subscriptionBuckets(tenant, subscription, around())).toEqual([]);
    expect(await stats.worst(tenant, around(), 10)).toEqual([]);
  });

  it('name the subscriptions that fail most, so many and the worst first, and none that does not fail', async () => {
    const tenant = newUuid();
    const { max } = LIMITS.worstSubscriptions;
    const failing = Array.from({ length: max + 1 }, newUuid);
    await store.add([
      row(tenant, null, { failed: 99 }),
      row(tenant, newUuid(), { delivered: 99, late: 3 }),
      ...failing.map((id, i) => row(tenant, id, { retried: i, diverted: 1, refused: 1 })),
    ]);
    const worst = await stats.worst(tenant, around(), max);
    expect(worst.map(({ subscriptionId }) => subscriptionId)).toEqual(failing.slice(1).reverse());
    expect(worst[0]).toMatchObject({ failedAttempts: max + 2, failed: 2 });
  });

  it('add up in longer steps, counters and histograms, of one tenant or of all there are', async () => {
    const tenants = await db.query<{ id: string }>(
      `INSERT INTO tenants (id, slug, name) SELECT gen_random_uuid(), 'sum-' || i, 'Sum' FROM generate_series(1, 2) i RETURNING id`,
    );
    const at = new Date('2126-01-01T10:00:00Z');
    const minutes = (after: number): Date => new Date(at.getTime() + after * 60_000);
    const write = ({ id }: { id: string }, after: number, counts: string) =>
      db.query(`INSERT INTO rollups VALUES ($1, $2, $3, 1, 0, 2, 0, 0, 0, 0, 0, '${counts}', '{0,1}')`, [id, WHOLE_TENANT, minutes(after)]);
    const [one, other] = tenants as [{ id: string }, { id: string }];
    await write(one, 0, '{1,2}');
    await write(one, 4, '{0,0,5}');
    await write(one, 5, '{}');
    await write(other, 1, '{7}');
    const steps = async (tenantId: string | null) =>
      (await stats.tenantBuckets(tenantId, { from: at, to: minutes(10) }, 5)).map((step) => [
        step.at.toISOString().slice(11, 16),
        step.accepted,
        step.delivered,
        step.requestMs.join(),
        step.deliveryMs.join(),
      ]);
    expect(await steps(one.id)).toEqual([
      ['10:00', 2, 4, '1,2,5', '0,2'],
      ['10:05', 1, 2, '', '0,1'],
    ]);
    expect(await steps(null)).toEqual([
      ['10:00', 3, 6, '8,2,5', '0,3'],
      ['10:05', 1, 2, '', '0,1'],
    ]);
  });

  it('are read from the index, not from all there is', async () => {
    const plan = await db.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT 1 FROM rollups WHERE tenant_id = $1 AND bucket_at >= now() AND bucket_at < now()
         AND subscription_id <> '00000000-0000-0000-0000-000000000000' AND retried + failed + diverted + refused > 0`.replace(
        '$1',
        `'${newUuid()}'`,
      ),
    );
    expect(plan.map((line) => line['QUERY PLAN']).join()).toContain('rollups_failing');
  });

  it('are forgotten when they are older than is stated, and not before', async () => {
    const tenant = newUuid();
    const { max } = LIMITS.statsKeptDays;
    for (const minutes of [-5, 5])
      await db.query(
        `INSERT INTO rollups VALUES ($1, $1, now() - make_interval(days => $2, mins => $3), 0, 0, 0, 0, 0, 0, 0, 0, '{}', '{}')`,
        [tenant, max, minutes],
      );
    expect(await upkeep.forgetFigures(max)).toBe(1);
    expect(await upkeep.forgetFigures(max)).toBe(0);
    const kept = await db.query(`SELECT 1 FROM rollups WHERE tenant_id = $1 AND bucket_at > now() - make_interval(days => $2)`, [
      tenant,
      max,
    ]);
    expect(kept).toHaveLength(1);
  });
});
