import { DELIVERY_STATES, type DeliveryState } from '#domain/delivery.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** How one subscription's deliveries fare, over those whose event came within the window. */
export interface SubscriptionStats {
  deliveries: Record<DeliveryState, number>;
  /** Delivered ones as a share of those delivered, failed, diverted or refused; null when there is none. */
  successRate: number | null;
  attempts: number;
  /** Milliseconds an attempt took in all; null when there is none. */
  latencyMs: { p50: number | null; p95: number | null };
}

@Injectable()
export class SubscriptionStatsStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** The caller has checked that the subscription is its tenant's. */
  async read(subscriptionId: string, hours: number): Promise<SubscriptionStats> {
    const [states, attempts] = await Promise.all([
      this.pool.query<{ state: DeliveryState; count: number }>(COUNT_STATES, [subscriptionId, hours]),
      this.pool.query<{ count: number; p50: number | null; p95: number | null }>(MEASURE_ATTEMPTS, [subscriptionId, hours]),
    ]);
    const deliveries = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<DeliveryState, number>;
    for (const { state, count } of states.rows) deliveries[state] = count;
    const ended = deliveries.delivered + deliveries.failed + deliveries.diverted + deliveries.refused;
    const { count = 0, p50 = null, p95 = null } = attempts.rows[0] ?? {};
    return { deliveries, successRate: ended === 0 ? null : deliveries.delivered / ended, attempts: count, latencyMs: { p50, p95 } };
  }
}

/** A delivery's id carries its event's time, so the window is a range of ids, and the partitions outside it are left out. */
const WINDOW = 'uuid_floor(now() - make_interval(hours => $2::int))';

const COUNT_STATES = `SELECT state, count(*)::int AS count FROM deliveries WHERE subscription_id = $1 AND id >= ${WINDOW} GROUP BY state`;

const MEASURE_ATTEMPTS = `
SELECT count(*)::int AS count,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY (a.timings->>'totalMs')::float8) AS p50,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY (a.timings->>'totalMs')::float8) AS p95
FROM deliveries d JOIN attempts a ON a.delivery_id = d.id
WHERE d.subscription_id = $1 AND d.id >= ${WINDOW} AND a.delivery_id >= ${WINDOW}`;
