import { DELIVERY_STATES, type DeliveryState } from '#domain/delivery.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** One subscription's deliveries as they stand now, over those whose event came within the window. */
export interface SubscriptionStats {
  deliveries: Record<DeliveryState, number>;
  /** Delivered ones as a share of those delivered, failed, diverted or refused; null when there is none. */
  successRate: number | null;
  attempts: number;
}

@Injectable()
export class SubscriptionStatsStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Counted one by one, for figures know nothing of what waits: for one subscription at a time. The caller has checked that it is its tenant's. */
  async read(subscriptionId: string, hours: number): Promise<SubscriptionStats> {
    const { rows } = await this.pool.query<{ state: DeliveryState; count: number; attempts: number }>(COUNT_STATES, [
      subscriptionId,
      hours,
    ]);
    const deliveries = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<DeliveryState, number>;
    for (const { state, count } of rows) deliveries[state] = count;
    const ended = deliveries.delivered + deliveries.failed + deliveries.diverted + deliveries.refused;
    return {
      deliveries,
      successRate: ended === 0 ? null : deliveries.delivered / ended,
      attempts: rows.reduce((sum, { attempts }) => sum + attempts, 0),
    };
  }
}

/** A delivery's id carries its event's time, so the window is a range of ids, and the partitions outside it are left out. */
const COUNT_STATES = `
SELECT state, count(*)::int AS count, sum(attempt_count)::int AS attempts
FROM deliveries WHERE subscription_id = $1 AND id >= uuid_floor(now() - make_interval(hours => $2::int)) GROUP BY state`;
