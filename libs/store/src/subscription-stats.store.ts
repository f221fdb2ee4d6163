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
  /** Milliseconds an attempt of the newest 200 deliveries took in all; null when there is none. */
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
    const [states, times] = await Promise.all([
      this.pool.query<{ state: DeliveryState; count: number; attempts: number }>(COUNT_STATES, [subscriptionId, hours]),
      this.pool.query<{ p50: number | null; p95: number | null }>(MEASURE_ATTEMPTS, [subscriptionId, hours]),
    ]);
    const deliveries = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<DeliveryState, number>;
    for (const { state, count } of states.rows) deliveries[state] = count;
    const ended = deliveries.delivered + deliveries.failed + deliveries.diverted + deliveries.refused;
    return {
      deliveries,
      successRate: ended === 0 ? null : deliveries.delivered / ended,
      attempts: states.rows.reduce((sum, { attempts }) => sum + attempts, 0),
      latencyMs: times.rows[0] ?? { p50: null, p95: null },
    };
  }
}

/** A delivery's id carries its event's time, so the window is a range of ids, and the partitions outside it are left out. */
const WINDOW = 'uuid_floor(now() - make_interval(hours => $2::int))';

const COUNT_STATES = `
SELECT state, count(*)::int AS count, sum(attempt_count)::int AS attempts
FROM deliveries WHERE subscription_id = $1 AND id >= ${WINDOW} GROUP BY state`;

/** Deliveries whose attempts are looked at: ten of them lie above the 95th percentile, and each costs some 20 µs. */
const SAMPLE = 200;

const MEASURE_ATTEMPTS = `
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY (a.timings->>'totalMs')::float8) AS p50,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY (a.timings->>'totalMs')::float8) AS p95
FROM (SELECT id FROM deliveries WHERE subscription_id = $1 AND id >= ${WINDOW} ORDER BY id DESC LIMIT ${SAMPLE}) d
JOIN attempts a ON a.delivery_id = d.id
WHERE a.delivery_id >= ${WINDOW}`;
