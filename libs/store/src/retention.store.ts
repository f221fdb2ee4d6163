import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';
import { bounds } from './fanout.store.js';
import { withTransaction } from './with-transaction.js';

/** A tenant with a retention of its own, and where the walk through its old events stands. */
export interface RetentionWalk {
  tenantId: string;
  days: number;
  failedDays: number;
  /** All up to this event has been looked at; null: nothing yet. */
  position: string | null;
}

/** What one batch came to. `isEnd`: there is nothing older than the retention left to look at. */
export interface Swept {
  looked: number;
  events: number;
  deliveries: number;
  isEnd: boolean;
}

const LEASE_SECONDS = 60;
const EVERY_SECONDS = 3_600;
/** A place of its own rather than a condition on null: the plan that is kept must begin in the index where the walk stands. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Deletes what is past its tenant's own retention, a few hundred events at a time, oldest first. An event goes with all that was made of
 * it, or stays with all of it. Rows that somebody holds are passed over until the next walk.
 */
@Injectable()
export class RetentionStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Takes the walk that is due longest, for a minute from each of its batches on; null when none is. */
  async take(): Promise<RetentionWalk | null> {
    await this.pool.query(
      `INSERT INTO retention_walks (tenant_id) SELECT id FROM tenants WHERE settings->'retention' ? 'days' ON CONFLICT DO NOTHING`,
    );
    const { rows } = await this.pool.query<RetentionWalk>({ name: 'retention-take', text: TAKE });
    return rows[0] ?? null;
  }

  /** The next batch of a walk, which moves on by it. */
  sweep(walk: RetentionWalk, limit: number): Promise<Swept> {
    return withTransaction(this.pool, async (client) => {
      const { rows: page } = await client.query<{ id: string }>({
        name: 'retention-page',
        text: PAGE,
        values: [walk.tenantId, walk.position ?? BEFORE_ALL, walk.days, limit],
      });
      const looked = page.map(({ id }) => id);
      const gone = looked.length === 0 ? NOTHING : await this.deleteWhatMayGo(client, walk, looked);
      walk.position = looked.at(-1) ?? walk.position;
      await client.query(
        `UPDATE retention_walks SET position = $2, due_at = now() + make_interval(secs => ${LEASE_SECONDS}) WHERE tenant_id = $1`,
        [walk.tenantId, walk.position],
      );
      return { looked: looked.length, ...gone, isEnd: looked.length < limit };
    });
  }

  /** Leaves a walk: at its end for an hour, from where it begins anew; before that for whoever takes it next, from where it is. */
  async leave({ tenantId, position }: RetentionWalk, isEnd: boolean): Promise<void> {
    await this.pool.query(
      'UPDATE retention_walks SET position = $2, due_at = now() + make_interval(secs => $3) WHERE tenant_id = $1',
      isEnd ? [tenantId, null, EVERY_SECONDS] : [tenantId, position, 0],
    );
  }

  /** First the events are locked, so that no delivery is made of them any more, then their deliveries, so that none is sent again. */
  private async deleteWhatMayGo(client: PoolClient, walk: RetentionWalk, looked: string[]): Promise<typeof NOTHING> {
    const range = instants(looked);
    const { rows: mine } = await client.query<{ id: string }>({
      name: 'retention-lock',
      text: LOCK_EVENTS,
      values: [looked, ...bounds(looked), walk.tenantId],
    });
    if (mine.length === 0) return NOTHING;
    const { rows } = await client.query<{ event: string; deliveries: string[] }>({
      name: 'retention-past',
      text: PAST,
      values: [mine.map(({ id }) => id), ...range, walk.tenantId, walk.days, walk.failedDays],
    });
    if (rows.length === 0) return NOTHING;
    const deliveries = rows.flatMap((row) => row.deliveries);
    await client.query({
      name: 'retention-delete',
      text: DELETE,
      values: [rows.map(({ event }) => event), deliveries, ...range, walk.tenantId],
    });
    return { events: rows.length, deliveries: deliveries.length };
  }
}

const NOTHING = { events: 0, deliveries: 0 };

/** The smallest and largest uuids of the milliseconds of some events: their deliveries carry the same. */
function instants(uuids: string[]): [string, string] {
  const [low, high] = bounds(uuids);
  return [`${low.slice(0, 13)}-0000-0000-000000000000`, `${high.slice(0, 13)}-ffff-ffff-ffffffffffff`];
}

const TAKE = `
WITH due AS (
  SELECT w.tenant_id, (t.settings->'retention'->>'days')::int AS days, (t.settings->'retention'->>'failedDays')::int AS failed_days
  FROM retention_walks w JOIN tenants t ON t.id = w.tenant_id
  WHERE w.due_at <= now() AND t.settings->'retention' ? 'days' ORDER BY w.due_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED
)
UPDATE retention_walks w SET due_at = now() + make_interval(secs => ${LEASE_SECONDS}) FROM due WHERE w.tenant_id = due.tenant_id
RETURNING w.tenant_id AS "tenantId", due.days, coalesce(due.failed_days, due.days) AS "failedDays", w.position
`;

const PAGE = `
SELECT e.id FROM events e WHERE e.tenant_id = $1 AND e.id > $2 AND e.id < uuid_floor(now() - make_interval(days => $3))
ORDER BY e.id LIMIT $4
`;

/** Not those that wait for their fan-out, nor those in the window of a replay that has not ended. */
const LOCK_EVENTS = `
SELECT e.id FROM events e
WHERE e.id = ANY($1::uuid[]) AND e.id BETWEEN $2 AND $3
  AND NOT EXISTS (SELECT FROM event_outbox o WHERE o.event_id = e.id)
  AND NOT EXISTS (SELECT FROM replays r WHERE r.tenant_id = $4 AND r.ended_at IS NULL
    AND e.id >= uuid_floor(r.window_from) AND e.id < uuid_floor(r.window_to))
FOR UPDATE OF e SKIP LOCKED
`;

/** Those of the events whose deliveries are all past their time and not held by anybody. An open one has no end and is past nothing. */
const PAST = `
WITH theirs AS MATERIALIZED (
  SELECT d.id, d.event_id FROM deliveries d WHERE d.tenant_id = $4 AND d.id BETWEEN $2 AND $3 AND d.event_id = ANY($1::uuid[])
), past AS MATERIALIZED (
  SELECT d.id, d.event_id FROM deliveries d
  WHERE d.tenant_id = $4 AND d.id BETWEEN $2 AND $3 AND d.event_id = ANY($1::uuid[])
    AND d.ended_at < now() - make_interval(days => CASE d.state WHEN 'delivered' THEN $5::int ELSE $6::int END)
  FOR UPDATE SKIP LOCKED
)
SELECT m.id AS event, array(SELECT p.id FROM past p WHERE p.event_id = m.id) AS deliveries
FROM unnest($1::uuid[]) AS m (id)
WHERE NOT EXISTS (SELECT FROM theirs t WHERE t.event_id = m.id AND t.id NOT IN (SELECT id FROM past))
`;

/** An event's own id may be used again from here on. An Idempotency-Key is long forgotten: it lives a day, as an event does at least. */
const DELETE = `
WITH attempts_gone AS (DELETE FROM attempts WHERE delivery_id = ANY($2::uuid[]) AND delivery_id BETWEEN $3 AND $4),
  bodies_gone AS (DELETE FROM delivery_bodies WHERE delivery_id = ANY($2::uuid[]) AND delivery_id BETWEEN $3 AND $4),
  alerts_gone AS (DELETE FROM alerts WHERE delivery_id = ANY($2::uuid[])),
  deliveries_gone AS (DELETE FROM deliveries WHERE id = ANY($2::uuid[]) AND id BETWEEN $3 AND $4),
  events_gone AS (DELETE FROM events WHERE id = ANY($1::uuid[]) AND id BETWEEN $3 AND $4 RETURNING id, public_id)
DELETE FROM event_keys k USING events_gone g WHERE g.public_id IS NOT NULL AND k.tenant_id = $5 AND k.key = 'i:' || g.public_id AND k.event_id = g.id
`;
