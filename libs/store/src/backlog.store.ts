import { LIMITS } from '#domain/limits.js';
import { type Backlog, noBacklog, summarize, type TenantLane } from '#domain/stats/backlog.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { BreakerRow } from './breaker.store.js';
import { poolOf } from './data-source.js';

/** A measurement, as it was written down last. */
export interface MeasuredBacklog {
  lanes: Backlog;
  measuredAt: Date;
  /** By the database's clock. */
  now: Date;
}

/** Subscriptions by the state of their circuit breaker. */
export type BreakerCounts = Record<BreakerRow['state'], number>;

/** Of all tenants together. */
export interface MeasuredWhole extends MeasuredBacklog {
  /** Null: not measured yet. */
  breakers: BreakerCounts | null;
}

/** How far waiting deliveries are counted, and of how many tenants it is kept what waits. */
export interface BacklogBounds {
  counted: number;
  tenants: number;
}

const BOUNDS: BacklogBounds = { counted: LIMITS.backlogCounted.max, tenants: LIMITS.backlogTenants.max };

/** A measurement may read millions of index entries; other statements may not. */
const MEASURE_WITHIN_MS = 60_000;
/** Whoever began to measure and does not report back is given up after this. */
const LEASE_MS = MEASURE_WITHIN_MS + 30_000;
/** A measurement takes no more than this part of the time: one that takes a second is made every twenty. */
const PAUSE_PER_WORK = 20;

/** Measures what waits, and tells what was measured. */
@Injectable()
export class BacklogStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Measures and writes it down, if it is time and nobody else is about to. Resolves to whether it did. */
  async measureIfDue(intervalMs: number, bounds = BOUNDS): Promise<boolean> {
    const { rowCount } = await this.pool.query({
      name: 'backlog-take',
      text: 'UPDATE backlog SET due_at = now() + make_interval(secs => $1::int / 1000.0) WHERE due_at <= now()',
      values: [LEASE_MS],
    });
    if (rowCount === 0) return false;
    const startedAt = performance.now();
    const { lanes, breakers } = await this.measure(bounds.counted);
    const tookMs = Math.round(performance.now() - startedAt);
    await this.write(summarize(lanes, bounds.tenants), breakers, tookMs, Math.max(intervalMs, tookMs * PAUSE_PER_WORK));
    return true;
  }

  /** Of all tenants together; null: nothing was measured yet. */
  async read(): Promise<MeasuredWhole | null> {
    const { rows } = await this.pool.query<MeasuredWhole & { measuredAt: Date | null }>({
      name: 'backlog-read',
      text: 'SELECT lanes, breakers, measured_at AS "measuredAt", now() AS now FROM backlog',
    });
    const row = rows[0];
    return row?.measuredAt ? row : null;
  }

  /** Of one tenant; null: nothing was measured yet, or too many others have more that waits. */
  async readTenant(tenantId: string): Promise<MeasuredBacklog | null> {
    const { rows } = await this.pool.query<{ lanes: Backlog | null; measuredAt: Date | null; now: Date; leftOut: number }>({
      name: 'backlog-read-tenant',
      text: `SELECT t.lanes, b.measured_at AS "measuredAt", now() AS now, b.tenants_left_out AS "leftOut"
        FROM backlog b LEFT JOIN tenant_backlogs t ON t.tenant_id = $1`,
      values: [tenantId],
    });
    const row = rows[0];
    if (!row?.measuredAt || (!row.lanes && row.leftOut > 0)) return null;
    return { lanes: row.lanes ?? noBacklog(), measuredAt: row.measuredAt, now: row.now };
  }

  private async measure(most: number): Promise<{ lanes: TenantLane[]; breakers: BreakerCounts }> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN READ ONLY');
      await client.query(`SET LOCAL statement_timeout = ${MEASURE_WITHIN_MS}`);
      const { rows } = await client.query<Omit<TenantLane, 'since'> & { since: Date | null }>(MEASURE, [most, most / 10]);
      const breakers = await client.query<BreakerCounts>(BREAKERS);
      await client.query('COMMIT');
      client.release();
      return { lanes: rows.map((row) => ({ ...row, since: row.since?.toISOString() ?? null })), breakers: breakers.rows[0]! };
    } catch (error) {
      // The connection goes with whatever it was at.
      client.release(true);
      throw error;
    }
  }

  private async write(
    { all, tenants, leftOut }: ReturnType<typeof summarize>,
    breakers: BreakerCounts,
    tookMs: number,
    pauseMs: number,
  ): Promise<void> {
    await this.pool.query({
      name: 'backlog-write',
      text: WRITE,
      values: [
        JSON.stringify(all),
        tookMs,
        pauseMs,
        leftOut,
        [...tenants.keys()],
        [...tenants.values()].map((own) => JSON.stringify(own)),
        JSON.stringify(breakers),
      ],
    });
  }
}

/**
 * All from the indexes on what is open: what has ended is not looked at. A lease that ran out counts as under way, until the sweep finds it,
 * and is all that can be late there.
 */
const MEASURE = `
SELECT tenant_id AS "tenantId", lane, sum(n)::int AS waiting, min(since) AS since FROM (
  (SELECT tenant_id, CASE state WHEN 'sending' THEN 'sending' ELSE 'due' END AS lane, 1 AS n, due_at AS since
   FROM deliveries WHERE due_at <= now() ORDER BY due_at LIMIT $1)
  UNION ALL
  (SELECT tenant_id, CASE state WHEN 'sending' THEN 'sending' ELSE 'scheduled' END, 1, CASE state WHEN 'pending' THEN created_at END
   FROM deliveries WHERE due_at > now() AND due_at < 'infinity' LIMIT $1)
  UNION ALL
  (SELECT tenant_id, 'held', 1, created_at FROM deliveries WHERE due_at = 'infinity' LIMIT $1)
  UNION ALL
  (SELECT e.tenant_id, 'outbox', 1, e.accepted_at FROM (SELECT event_id FROM event_outbox ORDER BY event_id LIMIT $2) o
   JOIN events e ON e.id = o.event_id)
  UNION ALL
  (SELECT tenant_id, 'replay', greatest(total - processed, 0), created_at FROM replays WHERE ended_at IS NULL)
) w GROUP BY 1, 2 HAVING sum(n) > 0`;

/** States as breaker.store.ts has them. An index holds the open ones alone, another the subscriptions there are. */
const BREAKERS = `
SELECT (SELECT count(*) FROM subscriptions WHERE deleted_at IS NULL)::int - count(*)::int AS closed,
  count(*) FILTER (WHERE NOT probing)::int AS open, count(*) FILTER (WHERE probing)::int AS half_open
FROM (
  SELECT f.breaker_probe_token IS NOT NULL OR f.breaker_probe_at <= now() AS probing
  FROM subscription_flow f JOIN subscriptions s ON s.id = f.subscription_id AND s.deleted_at IS NULL WHERE f.breaker_probe_at IS NOT NULL
) opened`;

const WRITE = `
WITH given AS (SELECT * FROM unnest($5::uuid[], $6::text[]) AS g (tenant_id, lanes)),
gone AS (DELETE FROM tenant_backlogs WHERE tenant_id <> ALL ($5::uuid[])),
kept AS (
  INSERT INTO tenant_backlogs AS t (tenant_id, lanes) SELECT tenant_id, lanes::jsonb FROM given
  ON CONFLICT (tenant_id) DO UPDATE SET lanes = excluded.lanes WHERE t.lanes <> excluded.lanes
)
UPDATE backlog SET lanes = $1::jsonb, breakers = $7::jsonb, measured_at = now(), took_ms = $2, due_at = now() + make_interval(secs => $3::int / 1000.0), tenants_left_out = $4`;
