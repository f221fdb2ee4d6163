import type pg from 'pg';
import { eventually } from '../../test/support/eventually.js';

/** Rows per statement. */
const CHUNK = 100_000;
/** Days that the rows are spread over, today included. */
const DAYS = 5;
const SETTLED_WITHIN_MS = 600_000;

export interface Filled {
  rows: number;
  seconds: number;
  /** Size of the database by now, indexes and all. */
  bytes: number;
}

/**
 * Puts finished deliveries, their events and one attempt each into the journal, in the store's own shape and spread evenly over the last
 * days' partitions: what a database holds that has been at work for a while.
 */
export async function fillJournal(db: pg.Pool, tenantId: string, rows: number): Promise<Filled> {
  const startedAt = performance.now();
  await db.query(`SELECT ensure_partitions((now() AT TIME ZONE 'UTC')::date - ${DAYS}, (now() AT TIME ZONE 'UTC')::date) /* bench */`);
  await db.query('CREATE TABLE IF NOT EXISTS bench_fill (event uuid, delivery uuid, subscription uuid, at timestamptz) /* bench */');
  for (let first = 0; first < rows; first += CHUNK) {
    const last = Math.min(first + CHUNK, rows) - 1;
    await db.query('TRUNCATE bench_fill /* bench */');
    await db.query(IDS, [first, last, rows, tenantId]);
    for (const statement of [EVENTS, DELIVERIES, ATTEMPTS]) await db.query(statement, statement === ATTEMPTS ? [] : [tenantId]);
  }
  await db.query('VACUUM (ANALYZE) events, deliveries, attempts /* bench */');
  await db.query('DROP TABLE bench_fill /* bench */');
  await settle(db);
  const { rows: sizes } = await db.query<{ bytes: number }>('SELECT pg_database_size(current_database())::float8 AS bytes /* bench */');
  return { rows, seconds: (performance.now() - startedAt) / 1_000, bytes: sizes[0]!.bytes };
}

/** What such a rush leaves behind, pages to be written and tables to be vacuumed, no database has that grew for days. */
async function settle(db: pg.Pool): Promise<void> {
  await db.query('CHECKPOINT /* bench */');
  const isQuiet = async (): Promise<void> => {
    const { rows } = await db.query<{ workers: number }>(
      `SELECT count(*)::int AS workers FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' /* bench */`,
    );
    if (rows[0]!.workers > 0) throw new Error(`${rows[0]!.workers} workers are vacuuming.`);
  };
  await eventually(isQuiet, { timeoutMs: SETTLED_WITHIN_MS, what: 'the vacuum to end' });
}

/** As a version 7 uuid of that moment: the rest of it stands in for what is random (event) or derived (delivery). */
const uuid = (rest: string): string =>
  `(left(replace(uuid_floor(at)::text, '-', ''), 12) || '7' || left(${rest}, 3) || '8' || substr(${rest}, 4, 15))::uuid`;

const IDS = `
INSERT INTO bench_fill
SELECT ${uuid(`md5('e' || n)`)}, ${uuid(`md5('d' || n)`)}, subs.ids[1 + n % cardinality(subs.ids)], at
FROM (SELECT n, now() - make_interval(secs => ${DAYS} * 86400.0 * (1 - n::float8 / $3::float8)) - interval '1 minute' AS at
      FROM generate_series($1::bigint, $2::bigint) n) g,
  (SELECT array_agg(id) AS ids FROM subscriptions WHERE tenant_id = (SELECT id FROM tenants WHERE id = $4::uuid)) subs /* bench */`;

const EVENTS = `
INSERT INTO events (id, tenant_id, type, occurred_at, accepted_at, raw, data_start, data_end)
SELECT event, $1::uuid, 'bench.grown', at, at, convert_to('{"type":"bench.grown","data":{"text":"' || repeat('x', 200) || '"}}', 'UTF8'), 28, 240
FROM bench_fill /* bench */`;

const DELIVERIES = `
INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, reason, attempt_count, retries_used, body_source,
  last_status, first_attempt_at, ended_at, created_at)
SELECT delivery, $1::uuid, event, subscription, 'bench.grown', 'delivered', 'acknowledged', 1, 1, 'default', 200, at, at, at
FROM bench_fill /* bench */`;

const ATTEMPTS = `
INSERT INTO attempts (delivery_id, number, id, trigger, outcome, started_at, timings, method, url, request_headers, status, response_headers,
  response_body)
SELECT delivery, 1, delivery, 'schedule', 'delivered', at, '{"dnsMs": null, "connectMs": null, "tlsMs": null, "firstByteMs": 3, "totalMs": 4}', 'POST',
  'http://127.0.0.10:10000/to/bench', '{"content-type": "application/json"}', 200, '{"date": "Sat, 01 Jan 2000 00:00:00 GMT", "connection": "keep-alive"}', ''
FROM bench_fill /* bench */`;
