import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { Claimed } from './claim.store.js';
import { poolOf } from './data-source.js';

/** A subscription's circuit breaker as all dispatchers see it. */
export interface BreakerRow {
  state: 'closed' | 'open' | 'half_open';
  /** Since when it has been open; null while it is closed. */
  since: Date | null;
  /** When the next probe may go out; null while it is closed, or while a probe is under way. */
  nextProbeAt: Date | null;
  /** How often it has opened in a row: the failed probes, and the failures that opened it. */
  trips: number;
}

/** Circuit breakers: written only when one changes, and then by compare-and-set, so that every change happens once over all dispatchers. */
@Injectable()
export class BreakerStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Opens a closed breaker until its first probe. Resolves to false when it was open already. */
  async open(subscriptionUuid: string, coolDownMs: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `INSERT INTO subscription_flow AS f (subscription_id, breaker_opened_at, breaker_probe_at, breaker_trips)
       VALUES ($1, now(), now() + make_interval(secs => $2::int / 1000.0), 1)
       ON CONFLICT (subscription_id) DO UPDATE SET breaker_opened_at = excluded.breaker_opened_at,
         breaker_probe_at = excluded.breaker_probe_at, breaker_probe_token = NULL, breaker_trips = 1
       WHERE f.breaker_probe_at IS NULL`,
      [subscriptionUuid, coolDownMs],
    );
    return rowCount === 1;
  }

  /** The probe succeeded. Resolves to false when it was no longer the one that counts. */
  async close({ subscriptionUuid, leaseToken }: Claimed): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE subscription_flow SET breaker_opened_at = NULL, breaker_probe_at = NULL, breaker_probe_token = NULL, breaker_trips = 0
       WHERE subscription_id = $1 AND breaker_probe_token = $2`,
      [subscriptionUuid, leaseToken],
    );
    return rowCount === 1;
  }

  /** The probe failed: it stays open, for another `coolDownMs`. Resolves to false when that probe was no longer the one that counts. */
  async reopen({ subscriptionUuid, leaseToken }: Claimed, coolDownMs: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE subscription_flow SET breaker_probe_at = now() + make_interval(secs => $3::int / 1000.0), breaker_probe_token = NULL,
         breaker_trips = breaker_trips + 1
       WHERE subscription_id = $1 AND breaker_probe_token = $2`,
      [subscriptionUuid, leaseToken, coolDownMs],
    );
    return rowCount === 1;
  }

  /** The probe told nothing, for nothing was sent: another may go out at once. */
  async probeAgain({ subscriptionUuid, leaseToken }: Claimed): Promise<void> {
    await this.pool.query(
      `UPDATE subscription_flow SET breaker_probe_at = now(), breaker_probe_token = NULL WHERE subscription_id = $1 AND breaker_probe_token = $2`,
      [subscriptionUuid, leaseToken],
    );
  }

  /** The caller has checked that the subscription is its tenant's. */
  async read(subscriptionUuid: string): Promise<BreakerRow> {
    const { rows } = await this.pool.query<BreakerRow>(`SELECT ${COLUMNS} FROM subscription_flow f WHERE f.subscription_id = $1`, [
      subscriptionUuid,
    ]);
    return rows[0] ?? { state: 'closed', since: null, nextProbeAt: null, trips: 0 };
  }

  /** By uuid, those of the tenant's subscriptions among these; of others, and of deleted ones, it says nothing. */
  async readMany(tenantId: string, subscriptionUuids: readonly string[]): Promise<Map<string, BreakerRow>> {
    const { rows } = await this.pool.query<BreakerRow & { id: string }>(
      `SELECT s.id, ${COLUMNS} FROM subscriptions s LEFT JOIN subscription_flow f ON f.subscription_id = s.id
       WHERE s.tenant_id = $1 AND s.id = ANY($2::uuid[]) AND s.deleted_at IS NULL`,
      [tenantId, subscriptionUuids],
    );
    return new Map(rows.map(({ id, ...row }) => [id, row]));
  }
}

/** Of a row `f`, which need not be there. */
const COLUMNS = `
  CASE WHEN f.breaker_probe_at IS NULL THEN 'closed' WHEN f.breaker_probe_token IS NOT NULL OR f.breaker_probe_at <= now() THEN 'half_open'
    ELSE 'open' END AS state,
  CASE WHEN f.breaker_probe_at IS NOT NULL THEN f.breaker_opened_at END AS since,
  CASE WHEN f.breaker_probe_token IS NULL THEN f.breaker_probe_at END AS "nextProbeAt",
  CASE WHEN f.breaker_probe_at IS NOT NULL THEN f.breaker_trips ELSE 0 END AS trips`;
