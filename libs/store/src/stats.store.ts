import type { Tally } from '#domain/stats/rollup.js';
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

export interface FailingSubscription {
  subscriptionId: string;
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

  /** A tenant as a whole, by minute, oldest first; minutes in which nothing happened are left out. */
  tenantBuckets(tenantId: string, range: Range): Promise<Bucket[]> {
    return this.buckets(tenantId, WHOLE_TENANT, range);
  }

  /** One subscription, by ten minutes. */
  subscriptionBuckets(tenantId: string, subscriptionId: string, range: Range): Promise<Bucket[]> {
    return this.buckets(tenantId, subscriptionId, range);
  }

  /** The tenant's subscriptions with most failed attempts, the worst first. */
  async worst(tenantId: string, { from, to }: Range, limit: number): Promise<FailingSubscription[]> {
    const { rows } = await this.pool.query<FailingSubscription>({ name: 'stats-worst', text: WORST, values: [tenantId, from, to, limit] });
    return rows;
  }

  private async buckets(tenantId: string, subscriptionId: string, { from, to }: Range): Promise<Bucket[]> {
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

/** The last two conditions are those of the index rollups_failing, which holds what failed and nothing else. */
const WORST = `
SELECT subscription_id AS "subscriptionId", sum(retried + failed + diverted + refused)::int AS "failedAttempts",
  sum(failed + diverted + refused)::int AS failed
FROM rollups
WHERE tenant_id = $1 AND bucket_at >= $2 AND bucket_at < $3
  AND subscription_id <> '${WHOLE_TENANT}' AND retried + failed + diverted + refused > 0
GROUP BY subscription_id ORDER BY 2 DESC, 1 LIMIT $4`;
