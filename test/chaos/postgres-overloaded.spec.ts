import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { publishUntilAccepted } from './publisher.js';
import { openStage, type Stage } from './stage.js';

const POOL = 5;
/** A connection is waited for 2 s; the rest is room for a busy machine. */
const ANSWERED_WITHIN_MS = 3_000;
/** Longer than a connection is waited for, shorter than a statement may take. */
const HELD_S = 4.5;
const RETRIES = 20;

describe('while all connections of a gateway to Postgres are taken by lists', () => {
  let database: TestDatabase;
  let stage: Stage;

  beforeAll(async () => {
    database = await createTestDatabase();
    stage = await openStage({ database, env: { DATABASE_POOL_SIZE: String(POOL) } });
    await stage.dispatcher();
  });

  it('the next list is answered 503 `overloaded` within 2 s, while events are published and sent, and retries too', async () => {
    const { tenant, ledger, receiver } = stage;
    receiver.on('/steady', (_, before) => ({ kind: 'answer', status: before < RETRIES ? 500 : 200 }));
    const retry = { kind: 'schedule' as const, delaysSeconds: [0, 0.3], jitter: 0, maxAttempts: 50 };
    const subscription = await stage.subscribe('steady', { failureHandling: { retry } });
    // From a cache from now on: who asks, and what may be published.
    ledger.expect((await publishUntilAccepted(tenant, 'steady')).id, [subscription]);

    // And whoever wants the event: the dispatcher has read its tenant's subscriptions.
    await receiver.waitFor(1);

    const release = await takeEveryConnection();
    const sentBefore = receiver.requests.length;
    const began = performance.now();
    const list = tenant.send<{ code: string }>('GET', '/v1/subscriptions');
    const publish = { body: { type: 'steady', data: {} }, headers: { 'idempotency-key': 'accepted' } };
    const published = await tenant.send<{ id: string }>('POST', '/v1/events', publish);
    expect(published.status).toBe(202);
    ledger.expect(published.body.id, [subscription]);

    const refused = await list;
    expect([refused.status, refused.body.code]).toEqual([503, 'overloaded']);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(performance.now() - began).toBeLessThan(ANSWERED_WITHIN_MS);
    expect(receiver.requests.length).toBeGreaterThan(sentBefore);
    await release();

    expect(await tenant.send('POST', '/v1/events', publish)).toMatchObject({
      status: 202,
      body: { id: published.body.id, duplicate: true },
    });
    await ledger.check({ duplicates: 0 });
  });

  /** Makes a list take its time, and asks for it as often as there are connections. Resolves with how to undo it. */
  async function takeEveryConnection(): Promise<() => Promise<void>> {
    await stage.tenant.send('POST', '/v1/apps', { body: { name: 'Slow' } });
    await database.query('ALTER TABLE apps RENAME TO real_apps');
    // Not for the dispatcher, which reads the apps before it fans out.
    await database.query(
      `CREATE VIEW apps AS SELECT * FROM real_apps
       WHERE current_setting('application_name') <> 'tidings-gateway' OR pg_sleep(${HELD_S})::text IS NOT NULL`,
    );
    const callers = Promise.all(Array.from({ length: POOL }, () => stage.tenant.send('GET', '/v1/apps')));
    await eventually(async () => {
      const asleep = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
      expect(await database.query(asleep)).toHaveLength(POOL);
    });
    return async () => {
      await callers;
      await database.query('DROP VIEW apps');
      await database.query('ALTER TABLE real_apps RENAME TO apps');
    };
  }
});
