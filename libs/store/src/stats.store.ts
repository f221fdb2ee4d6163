import type { LocalizedText } from '#domain/subscription.js';
import type { Counters, Tally } from '#domain/stats/rollup.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';
import { WHOLE_TENANT } from './rollup.store.js';

/** One bucket of time in which something happened. */
export interface Bucket extends Tally {
  at: Date;
}

/** From one moment up to, and without, another. */
export interface Range {
  from: Date;
  to: Date;
}

/** What one subscription did in one step of time. */
export interface SubscriptionStep extends Counters {
  subscriptionId: string;
  at: Date;
}

export interface FailingSubscription {
  tenantId: string;
  subscriptionId: string;
  /** As it is now; null: it is not there any more. */
  name: LocalizedText | null;
  url: string | null;
  /** Attempts that did not deliver. */
  failedAttempts: number;
  /** Deliveries that ended without success. */
  failed: number;
}

/** Reads figures. They are written behind what they count, by seconds. */
@Injectable()
export class StatsStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /**
   * A tenant as a whole, or all tenants together (null), in steps of whole minutes, oldest first; those in which nothing happened are left
   * out. The range is one of whole steps.
   */
  async tenantBuckets(tenantId: string | null, { from, to }: Range, stepMinutes = 1): Promise<Bucket[]> {
    const { rows } = await this.pool.query<Bucket>({ name: 'stats-steps', text: STEPS, values: [tenantId, from, to, stepMinutes] });
    return rows;
  }

  /** The subscriptions with most failed attempts, of a tenant or of all (null), the worst first. */
  async worst(tenantId: string | null, { from, to }: Range, limit: number): Promise<FailingSubscription[]> {
    const { rows } = await this.pool.query<FailingSubscription>({ name: 'stats-worst', text: WORST, values: [tenantId, from, to, limit] });
    return rows;
  }

  /** Several subscriptions at once, in steps of so many minutes, a multiple of ten; those in which nothing happened are left out. */
  async subscriptionSteps(tenantId: string, ids: readonly string[], { from, to }: Range, stepMinutes: number): Promise<SubscriptionStep[]> {
    const { sql, values } = subscriptionSteps(tenantId, ids, { from, to }, stepMinutes);
    const { rows } = await this.pool.query<SubscriptionStep>({ name: 'stats-subscriptions', text: sql, values });
    return rows;
  }

  /** One subscription, by ten minutes. */
  async subscriptionBuckets(tenantId: string, subscriptionId: string, { from, to }: Range): Promise<Bucket[]> {
    const { rows } = await this.pool.query<Bucket>({
      name: 'stats-buckets',
      text: `SELECT bucket_at AS at, accepted, matched, delivered, retried, failed, diverted, refused, late,
          request_ms AS "requestMs", delivery_ms AS "deliveryMs"
        FROM rollups WHERE tenant_id = $1 AND subscription_id = $2 AND bucket_at >= $3 AND bucket_at < $4 ORDER BY bucket_at`,
      values: [tenantId, subscriptionId, from, to],
    });
    return rows;
  }
}

/** The tenant that is asked for, or each: then one range of the primary key is read of each, and of its subscriptions nothing. */
const WHOSE = `(SELECT id FROM tenants WHERE $1::uuid IS NULL UNION ALL SELECT $1 WHERE $1 IS NOT NULL) t`;

const COUNTERS = ['accepted', 'matched', 'delivered', 'retried', 'failed', 'diverted', 'refused', 'late'] as const;

/** The rows of each subscription are a range of the primary key: 144 for a day, however much happened in it. */
export const subscriptionSteps = (tenantId: string, ids: readonly string[], { from, to }: Range, stepMinutes: number) => ({
  sql: `SELECT subscription_id AS "subscriptionId", date_bin(make_interval(mins => $5), bucket_at, $3) AS at,
      ${COUNTERS.map((counter) => `sum(${counter})::int AS ${counter}`).join(', ')}
    FROM rollups WHERE tenant_id = $1 AND subscription_id = ANY($2::uuid[]) AND bucket_at >= $3 AND bucket_at < $4 GROUP BY 1, 2`,
  values: [tenantId, ids, from, to, stepMinutes],
});

/** Histograms of a step, added up place by place. */
const sumOf = (histogram: string): string => `
SELECT at, array_agg(n ORDER BY i) AS counts
FROM (SELECT at, i, sum(n)::int AS n FROM own CROSS JOIN LATERAL unnest(${histogram}) WITH ORDINALITY AS u (n, i) GROUP BY at, i) g GROUP BY at`;

const STEPS = `
WITH own AS MATERIALIZED (
  SELECT date_bin(make_interval(mins => $4), r.bucket_at, 'epoch') AS at, r.*
  FROM ${WHOSE} CROSS JOIN LATERAL (
    SELECT * FROM rollups WHERE tenant_id = t.id AND subscription_id = '${WHOLE_TENANT}' AND bucket_at >= $2 AND bucket_at < $3
  ) r
), counted AS (
  SELECT at, ${COUNTERS.map((counter) => `sum(${counter})::int AS ${counter}`).join(', ')} FROM own GROUP BY at
)
SELECT c.*, coalesce(q.counts, '{}') AS "requestMs", coalesce(d.counts, '{}') AS "deliveryMs"
FROM counted c LEFT JOIN (${sumOf('request_ms')}) q USING (at) LEFT JOIN (${sumOf('delivery_ms')}) d USING (at) ORDER BY c.at`;

/** The last two conditions on rollups are those of the index rollups_failing, which holds what failed and nothing else. */
const WORST = `
SELECT f.*, s.spec->'name' AS name, s.spec->>'url' AS url FROM (
  SELECT r.tenant_id AS "tenantId", r.subscription_id AS "subscriptionId",
    sum(retried + failed + diverted + refused)::int AS "failedAttempts", sum(failed + diverted + refused)::int AS failed
  FROM ${WHOSE} CROSS JOIN LATERAL (
    SELECT * FROM rollups WHERE tenant_id = t.id AND bucket_at >= $2 AND bucket_at < $3
      AND subscription_id <> '${WHOLE_TENANT}' AND retried + failed + diverted + refused > 0
  ) r GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT $4
) f LEFT JOIN subscriptions s ON s.id = f."subscriptionId" AND s.deleted_at IS NULL ORDER BY f."failedAttempts" DESC, f."subscriptionId"`;
