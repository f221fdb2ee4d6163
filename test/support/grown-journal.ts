import type { TestDatabase } from './database.js';

export interface Grown {
  tenantId: string;
  /** Uuids; deliveries are spread over them. */
  subscriptions: string[];
  events: number;
  /** Spread evenly over so many days up to now. */
  days: number;
}

/**
 * A journal as a database has it that has been at work for days, written past the product. Of twenty events one has no delivery, one's
 * delivery is open, one's failed, one's was diverted, and the others' were delivered when they came; each delivery has an attempt, of ten
 * one a body of its own, and of fifty events one an id of its publisher's.
 */
export async function fillGrown(db: TestDatabase, { tenantId, subscriptions, events, days }: Grown): Promise<void> {
  await db.query(`SELECT ensure_partitions((now() AT TIME ZONE 'UTC')::date - $1::int, (now() AT TIME ZONE 'UTC')::date)`, [days]);
  await db.query(
    'CREATE TABLE IF NOT EXISTS grown (n bigint, tenant uuid, event uuid, delivery uuid, subscription uuid, at timestamptz, state text)',
  );
  await db.query(IDS, [tenantId, subscriptions, events, days]);
  for (const statement of [EVENTS, KEYS, DELIVERIES, ATTEMPTS, BODIES]) await db.query(statement, [tenantId]);
  await db.query('ANALYZE events, deliveries, attempts');
}

const uuid = (rest: string): string =>
  `(left(replace(uuid_floor(at)::text, '-', ''), 12) || '7' || left(${rest}, 3) || '8' || substr(${rest}, 4, 15))::uuid`;

const IDS = `
INSERT INTO grown
SELECT n, $1::uuid, ${uuid(`md5('e' || $1::uuid::text || n)`)}, ${uuid(`md5('d' || $1::uuid::text || n)`)}, ($2::uuid[])[1 + n % cardinality($2::uuid[])], at,
  CASE n % 20 WHEN 0 THEN 'none' WHEN 1 THEN 'pending' WHEN 2 THEN 'failed' WHEN 3 THEN 'diverted' ELSE 'delivered' END
FROM (SELECT n, now() - make_interval(secs => $4::int * 86400.0 * n / $3::int) - interval '1 second' AS at FROM generate_series(1, $3::int) n) g`;

const EVENTS = `
INSERT INTO events (id, tenant_id, public_id, type, resource_type, resource_id, occurred_at, accepted_at, raw, data_start, data_end)
SELECT event, tenant, CASE WHEN n % 50 = 0 THEN 'own-' || n END, 'grown', 'customer', (n % 100)::text, at, at, '{"type":"grown","data":{}}', 23, 25
FROM grown WHERE tenant = $1`;

const KEYS = `
INSERT INTO event_keys (tenant_id, key, event_id, fingerprint, created_at)
SELECT tenant, 'i:own-' || n, event, '', at FROM grown WHERE tenant = $1 AND n % 50 = 0`;

const DELIVERIES = `
INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, reason, due_at, attempt_count, ended_at, created_at)
SELECT delivery, tenant, event, subscription, 'grown', state, CASE state WHEN 'pending' THEN NULL WHEN 'delivered' THEN 'acknowledged' ELSE 'attempts_exhausted' END,
  CASE state WHEN 'pending' THEN now() + interval '1 year' END, 1, CASE WHEN state <> 'pending' THEN at END, at
FROM grown WHERE tenant = $1 AND state <> 'none'`;

const ATTEMPTS = `
INSERT INTO attempts (delivery_id, number, id, trigger, outcome, started_at, timings, method, url, request_headers, status, response_headers, response_body)
SELECT delivery, 1, delivery, 'schedule', 'delivered', at, '{}', 'POST', 'http://127.0.0.1/', '{}', 200, '{}', ''
FROM grown WHERE tenant = $1 AND state <> 'none'`;

const BODIES = `
INSERT INTO delivery_bodies (delivery_id, body, content_type)
SELECT delivery, '{}', 'application/json' FROM grown WHERE tenant = $1 AND state <> 'none' AND n % 10 = 3`;

/** Rows of a story whose other rows are gone, by their table. */
export const orphans = (db: TestDatabase): Promise<{ what: string; rows: number }[]> =>
  db.query(`SELECT * FROM (
      SELECT 'deliveries' AS what, (SELECT count(*)::int FROM deliveries d WHERE NOT EXISTS (SELECT FROM events e WHERE e.id = d.event_id)) AS rows
      UNION ALL SELECT 'attempts', (SELECT count(*)::int FROM attempts a WHERE NOT EXISTS (SELECT FROM deliveries d WHERE d.id = a.delivery_id))
      UNION ALL SELECT 'bodies', (SELECT count(*)::int FROM delivery_bodies b WHERE NOT EXISTS (SELECT FROM deliveries d WHERE d.id = b.delivery_id))
      UNION ALL SELECT 'alerts', (SELECT count(*)::int FROM alerts a WHERE NOT EXISTS (SELECT FROM deliveries d WHERE d.id = a.delivery_id))
      UNION ALL SELECT 'keys', (SELECT count(*)::int FROM event_keys k WHERE NOT EXISTS (SELECT FROM events e WHERE e.id = k.event_id))
    ) o WHERE rows > 0`);
