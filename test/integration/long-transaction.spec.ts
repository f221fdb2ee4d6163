import pg from 'pg';
import { FanoutStore } from '#store/fanout.store.js';
import { VitalsStore } from '#store/vitals.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { atEnd } from '../support/cleanup.js';
import { insertEvent, insertTenant } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const ENDED = 20_000;
/** Entries of the index and rows of the table lie close together: the scan reads pages, not rows. */
const ROWS_PER_PAGE = 50;

interface Plan {
  'Node Type': string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

describe('while a transaction stays open for long', () => {
  let db: TestDatabase;
  let fanout: FanoutStore;
  let vitals: VitalsStore;

  beforeAll(async () => {
    db = await createTestDatabase();
    const dataSource = await connectStore(db.url);
    [fanout, vitals] = [new FanoutStore(dataSource), new VitalsStore(dataSource)];
    const open = new pg.Client(db.url);
    await open.connect();
    atEnd('an open transaction', () => open.end());
    await open.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await open.query('SELECT 1 FROM tenants');
    // As many events as were fanned out since: their rows are gone, and none of them may be cleared away.
    await db.query(
      `INSERT INTO event_outbox (event_id, due_at) SELECT gen_random_uuid(), now() - interval '1 hour' FROM generate_series(1, ${ENDED})`,
    );
    await db.query('DELETE FROM event_outbox');
    await db.query('VACUUM event_outbox');
  });

  it('the sweep of the outbox finds what waits, and reads a small part of what has ended', async () => {
    const event = await insertEvent(db, await insertTenant(db));
    await db.query('INSERT INTO event_outbox (event_id, due_at) VALUES ($1, now())', [event]);
    const pages = await pagesRead(
      `SELECT event_id FROM event_outbox WHERE due_at <= now() ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED`,
    );
    expect(pages).toBeLessThan(ENDED / ROWS_PER_PAGE);
    const [waiting] = await fanout.sweep(500, 10_000);
    expect(waiting?.event.uuid).toBe(event);
  });

  it('its age is told', async () => {
    const { oldestTransactionSeconds } = await vitals.read();
    const [row] = await db.query<{ age: number }>(
      `SELECT extract(epoch FROM clock_timestamp() - min(xact_start))::float8 AS age FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(oldestTransactionSeconds).toBeGreaterThan(0);
    expect(Math.abs(oldestTransactionSeconds - row!.age)).toBeLessThan(5);
  });

  async function pagesRead(sql: string): Promise<number> {
    const [row] = await db.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`);
    const { Plan: plan } = row!['QUERY PLAN'][0]!;
    expect(JSON.stringify(plan)).not.toContain('Seq Scan');
    return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }
});
