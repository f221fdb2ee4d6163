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

  /**
   * Takes due alerts, at most `perSubscription` of one subscription, and puts each off by `putOffMs` times its tries so far and this one, so that
   * one that is lost with its process is tried again. Subscriptions in `busy` are passed over.
   */
  async take(limit: number, perSubscription: number, putOffMs: number, busy: string[]): Promise<DueAlert[]> {
    const { rows } = await this.pool.query<DueAlert>({
      name: 'alerts-take',
      text: `WITH waiting AS (
          SELECT delivery_id, subscription_id, due_at FROM alerts WHERE due_at <= now() AND subscription_id <> ALL($4::uuid[])
          ORDER BY due_at LIMIT 1000
        ), ranked AS (
          SELECT delivery_id, row_number() OVER (PARTITION BY subscription_id ORDER BY due_at) AS place FROM waiting
        ), due AS (
          SELECT a.delivery_id FROM alerts a JOIN ranked r ON r.delivery_id = a.delivery_id WHERE r.place <= $2 AND a.due_at <= now()
          ORDER BY a.due_at LIMIT $1 FOR UPDATE OF a SKIP LOCKED
        ), taken AS (
          UPDATE alerts a SET due_at = now() + make_interval(secs => $3::int / 1000.0) * (attempts + 1), attempts = attempts + 1
          FROM due WHERE a.delivery_id = due.delivery_id RETURNING a.*
        )
        SELECT t.delivery_id AS "deliveryUuid", t.subscription_id AS "subscriptionUuid", t.tenant_id AS "tenantId", d.event_id AS "eventUuid",
          e.public_id AS "eventPublicId", d.event_type AS "eventType", d.state, d.reason, d.attempt_count AS "attemptCount",
          d.last_status AS "lastStatus", d.last_error AS "lastError", d.ended_at AS "endedAt", t.attempts - 1 AS tries
        FROM taken t JOIN deliveries d ON d.id = t.delivery_id JOIN events e ON e.id = d.event_id`,
      values: [limit, perSubscription, putOffMs, busy],
    });
    return rows;
  }

  async finish(deliveryUuid: string): Promise<void> {
    await this.pool.query('DELETE FROM alerts WHERE delivery_id = $1', [deliveryUuid]);
  }
}
