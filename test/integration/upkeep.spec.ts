import { createLogger } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import pg from 'pg';
import { UPKEEP_STEPS, Upkeep, type UpkeepDone, type UpkeepStep } from '../../apps/dispatcher/src/upkeep/upkeep.js';
import { UpkeepObserver } from '../../apps/dispatcher/src/upkeep/upkeep-observer.js';
import { AuditStore } from '../../libs/store/src/audit.store.js';
import { OutboundRequestStore } from '../../libs/store/src/outbound-request.store.js';
import { SigningSecretStore } from '../../libs/store/src/signing-secret.store.js';
import { UpkeepStore } from '../../libs/store/src/upkeep.store.js';
import { atEnd } from '../support/cleanup.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');

describe('a round of upkeep', () => {
  let db: TestDatabase;
  let metrics: Metrics;
  let upkeep: Upkeep;
  let done: UpkeepDone;
  let failed: UpkeepStep[];

  beforeEach(async () => {
    db = await createTestDatabase();
    const dataSource = await connectStore(db.url);
    metrics = new Metrics('test');
    const observer = new UpkeepObserver(createLogger('test', 'silent'), metrics);
    failed = [];
    upkeep = new Upkeep(
      new UpkeepStore(dataSource),
      new SigningSecretStore(dataSource),
      new OutboundRequestStore(dataSource),
      new AuditStore(dataSource),
      { retentionDays: 30, auditRetentionDays: 365 },
      {
        done: (what) => (done = what),
        failed: (step, error) => {
          failed.push(step);
          observer.failed(step, error);
        },
        covered: (ms) => observer.covered(ms),
      },
    );
    await db.query(`SELECT ensure_partitions('2020-01-01', '2020-01-02')`);
    await db.query(
      `INSERT INTO event_keys (tenant_id, key, event_id, fingerprint, created_at) VALUES ($1, 'k:old', gen_random_uuid(), '', now() - interval '25 hours')`,
      [await insertTenant(db)],
    );
  });

  const value = async (name: string, labels = {}): Promise<number> => {
    const { values } = await metrics.registry.getSingleMetric(name)!.get();
    return values.find((one) => Object.entries(labels).every(([label, text]) => (one.labels as Record<string, unknown>)[label] === text))!
      .value;
  };

  /** Has the table read by a transaction that stays open, as a dump would. Resolves to what ends it. */
  async function readWithoutEnd(table: string): Promise<() => Promise<void>> {
    const reader = new pg.Client(db.url);
    await reader.connect();
    const forget = atEnd('a reader', () => reader.end());
    await reader.query('BEGIN');
    await reader.query(`SELECT 1 FROM ${table}`);
    return () => {
      forget();
      return reader.end();
    };
  }

  it('does all steps, and the next is an hour later', async () => {
    expect(await upkeep.round()).toBe(60 * MINUTE_MS);
    expect(failed).toEqual([]);
    expect(done).toEqual({
      partitionsMade: expect.any(Number),
      daysDropped: ['20200101', '20200102'],
      keysForgotten: 1,
      secretsPurged: 0,
      replaysForgotten: 0,
      requestsForgotten: 0,
      auditForgotten: 0,
      expungesForgotten: 0,
      figuresForgotten: 0,
    });
    for (const step of UPKEEP_STEPS) expect([step, await value('tidings_upkeep_failures_total', { step })]).toEqual([step, 0]);
  });

  it('goes on past a day that somebody reads, and drops it in the next, which is minutes later', async () => {
    const end = await readWithoutEnd('deliveries_20200101');
    expect(await upkeep.round()).toBe(5 * MINUTE_MS);
    expect(failed).toEqual(['days']);
    expect(await value('tidings_upkeep_failures_total', { step: 'days' })).toBe(1);
    expect(done).toMatchObject({ daysDropped: ['20200102'], keysForgotten: 1, figuresForgotten: 0 });
    await end();
    expect(await upkeep.round()).toBe(60 * MINUTE_MS);
    expect(done.daysDropped).toEqual(['20200101']);
  });

  it('that can make no partitions does the rest, and tells how long those there are will do', async () => {
    await upkeep.round();
    const days = async (): Promise<number> => (await value('tidings_partitions_ahead_seconds')) / 86_400;
    expect(await days()).toBeGreaterThan(7);
    expect(await days()).toBeLessThanOrEqual(8);
    await db.query(`DROP TABLE attempts_${dayIn(3)}, events_${dayIn(5)}`);
    const end = await readWithoutEnd('attempts_default');
    expect(await upkeep.round()).toBe(5 * MINUTE_MS);
    expect(failed).toEqual(['partitions']);
    expect(done).toMatchObject({ partitionsMade: undefined, keysForgotten: 0, figuresForgotten: 0 });
    expect(await days()).toBeGreaterThan(2);
    expect(await days()).toBeLessThanOrEqual(3);
    await end();
    await upkeep.round();
    expect(done.partitionsMade).toBe(2);
    expect(await days()).toBeGreaterThan(7);
  });
});
