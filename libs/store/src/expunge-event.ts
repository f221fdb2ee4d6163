import type { Pool, PoolClient } from 'pg';
import { instantBounds } from './delivery-filter.js';
import { withTransaction } from './with-transaction.js';

/** Deliveries per statement. */
const CHUNK = 500;

/** An event to be expunged, and whose doing it is: the counts of an expunge rise with the steps they count. */
export interface EventToExpunge {
  expungeId: string;
  tenantId: string;
  eventUuid: string;
}

/**
 * Takes all that an event holds out of it and out of what was made of it; ids, types, times and states stay. Each step is a transaction and
 * waits while it holds nothing, so that nobody's delivery waits for it. It may be broken off anywhere and done again. Resolves to whether
 * it is through: a delivery whose row somebody holds right now is left for the next time.
 */
export async function expungeEvent(pool: Pool, event: EventToExpunge): Promise<boolean> {
  await withTransaction(pool, (client) => emptyEvent(client, event));
  const values = [event.tenantId, event.eventUuid, ...instantBounds(event.eventUuid)];
  // From here on no delivery is made of it any more, and whoever records an attempt of one that is marked keeps nothing of it.
  for (let marked = CHUNK; marked === CHUNK;) marked = await markDeliveries(pool, [...values, event.expungeId]);
  // Marked first, emptied second, by statements of their own: what was recorded before its mark is there to be seen.
  let last: string | null = values[2]!;
  while (last !== null) last = await emptyAttempts(pool, [...values.slice(0, 2), last, values[3]!]);
  const { rowCount } = await pool.query(`SELECT FROM deliveries d WHERE ${OF_EVENT} AND NOT d.expunged LIMIT 1`, values);
  return rowCount === 0;
}

/** Over $1 (tenant), $2 (event), $3 and $4: the bounds of its millisecond, which its deliveries share. */
const OF_EVENT = 'd.tenant_id = $1 AND d.event_id = $2 AND d.id BETWEEN $3 AND $4';

/**
 * Both locks wait for whoever makes deliveries of it right now: a fan-out holds the outbox row, a replay the event, by a lock that an update
 * would not wait for.
 */
async function emptyEvent(client: PoolClient, { eventUuid, tenantId, expungeId }: EventToExpunge): Promise<void> {
  await client.query('DELETE FROM event_outbox WHERE event_id = $1', [eventUuid]);
  await client.query('SELECT FROM events WHERE id = $1 AND tenant_id = $2 FOR UPDATE', [eventUuid, tenantId]);
  const { rowCount } = await client.query(
    `UPDATE events SET raw = '{}', data_start = 0, data_end = 0, expunged_at = now() WHERE id = $1 AND tenant_id = $2 AND expunged_at IS NULL`,
    [eventUuid, tenantId],
  );
  if (rowCount === 0) return;
  await client.query('UPDATE expunges SET events = events + 1 WHERE id = $1', [expungeId]);
}

/** Marks some deliveries; one that waits ends. Returns how many. The order of a key goes on without them. */
async function markDeliveries(pool: Pool, values: unknown[]): Promise<number> {
  const { rows } = await pool.query<{ marked: number }>(
    `WITH found AS (
       SELECT d.id, d.state FROM deliveries d WHERE ${OF_EVENT} AND NOT d.expunged ORDER BY d.id LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED
     ), marked AS (
       UPDATE deliveries d SET expunged = true, order_key = NULL,
         state = CASE d.state WHEN 'pending' THEN 'cancelled' ELSE d.state END,
         reason = CASE d.state WHEN 'pending' THEN 'expunged' ELSE d.reason END,
         due_at = CASE d.state WHEN 'pending' THEN NULL ELSE d.due_at END,
         ended_at = CASE d.state WHEN 'pending' THEN now() ELSE d.ended_at END
       FROM found WHERE d.id = found.id AND d.id BETWEEN $3 AND $4 RETURNING found.state
     ), counted AS (
       UPDATE expunges SET deliveries_cancelled = deliveries_cancelled + (SELECT count(*) FROM marked WHERE state = 'pending') WHERE id = $5
     )
     SELECT count(*)::int AS marked FROM marked`,
    values,
  );
  return rows[0]!.marked;
}

/** Empties the attempts of some deliveries after $3 and drops the bodies they sent. Returns the last of them; null when there are no more. */
async function emptyAttempts(pool: Pool, values: unknown[]): Promise<string | null> {
  const { rows } = await pool.query<{ found: number; last: string | null }>(
    `WITH found AS MATERIALIZED (
       SELECT d.id FROM deliveries d WHERE ${OF_EVENT.replace('BETWEEN $3 AND $4', '> $3 AND d.id <= $4')} AND d.expunged ORDER BY d.id LIMIT ${CHUNK}
     ), emptied AS (
       UPDATE attempts a SET url = NULL, request_headers = NULL, response_headers = NULL, response_body = NULL, error_message = NULL
       FROM found WHERE a.delivery_id = found.id AND a.delivery_id BETWEEN $3 AND $4
         AND (a.url IS NOT NULL OR a.request_headers IS NOT NULL OR a.response_headers IS NOT NULL OR a.response_body IS NOT NULL
           OR a.error_message IS NOT NULL)
     ), bodies AS (
       DELETE FROM delivery_bodies b USING found WHERE b.delivery_id = found.id AND b.delivery_id BETWEEN $3 AND $4
     )
     SELECT count(*)::int AS found, (SELECT id FROM found ORDER BY id DESC LIMIT 1) AS last FROM found`,
    values,
  );
  return rows[0]!.found === CHUNK ? rows[0]!.last : null;
}
