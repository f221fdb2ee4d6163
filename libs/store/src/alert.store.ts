import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** A notice to post: this delivery was given up. */
export interface DueAlert {
  deliveryUuid: string;
  subscriptionUuid: string;
  tenantId: string;
  eventUuid: string;
  eventPublicId: string | null;
  eventType: string;
  state: string;
  reason: string | null;
  attemptCount: number;
  lastStatus: number | null;
  lastError: string | null;
  endedAt: Date | null;
  /** How often it was tried before. */
  tries: number;
}

/** Alerts wait in a table of their own until they are posted or given up. */
@Injectable()
export class AlertStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Takes due alerts and puts each off by `putOffMs` times its tries so far and this one, so that one that is lost with its process is tried again. */
  async take(limit: number, putOffMs: number): Promise<DueAlert[]> {
    const { rows } = await this.pool.query<DueAlert>({
      name: 'alerts-take',
      text: `WITH due AS (
          SELECT delivery_id FROM alerts WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
        ), taken AS (
          UPDATE alerts a SET due_at = now() + make_interval(secs => $2::int / 1000.0) * (attempts + 1), attempts = attempts + 1
          FROM due WHERE a.delivery_id = due.delivery_id RETURNING a.*
        )
        SELECT t.delivery_id AS "deliveryUuid", t.subscription_id AS "subscriptionUuid", t.tenant_id AS "tenantId", d.event_id AS "eventUuid",
          e.public_id AS "eventPublicId", d.event_type AS "eventType", d.state, d.reason, d.attempt_count AS "attemptCount",
          d.last_status AS "lastStatus", d.last_error AS "lastError", d.ended_at AS "endedAt", t.attempts - 1 AS tries
        FROM taken t JOIN deliveries d ON d.id = t.delivery_id JOIN events e ON e.id = d.event_id`,
      values: [limit, putOffMs],
    });
    return rows;
  }

  async finish(deliveryUuid: string): Promise<void> {
    await this.pool.query('DELETE FROM alerts WHERE delivery_id = $1', [deliveryUuid]);
  }
}
