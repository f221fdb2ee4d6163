import type { StoredEvent } from '#domain/event.js';
import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';
import { EVENT_COLUMNS, type EventRow, type ResourceEvent, toStoredEvent } from './event.store.js';
import { newUuid } from './new-id.js';
import type { NewEvent } from './publish.store.js';
import { insertForOne } from './test-send.store.js';

export const OUTBOUND_KINDS = ['callback', 'hydration'] as const;
export type OutboundKind = (typeof OUTBOUND_KINDS)[number];

interface Common {
  id: string;
  tenantId: string;
  subscriptionUuid: string;
  /** Attempts so far, this one included. */
  attempts: number;
  /** The subscription's version as of now: an older one in a cache is stale. */
  catalogVersion: bigint;
}

/** A request to make now. */
export type DueRequest =
  | (Common & { kind: 'callback'; deliveryUuid: string; attemptNumber: number })
  | (Common & { kind: 'hydration'; eventType: string; resourceType: string; resourceId: string });

/** A request as people see it. */
export interface OutboundRequestRow {
  id: string;
  kind: OutboundKind;
  subscriptionUuid: string;
  deliveryUuid: string | null;
  attemptNumber: number | null;
  eventType: string | null;
  resourceType: string | null;
  resourceId: string | null;
  attempts: number;
  /** null: given up. */
  dueAt: Date | null;
  lastError: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

export interface OutboundFilter {
  kind?: OutboundKind;
  /** Given up, or still to be made. */
  givenUp?: boolean;
  subscriptionUuid?: string;
}

const COLUMNS = `o.id, o.tenant_id AS "tenantId", o.kind, o.subscription_id AS "subscriptionUuid", o.delivery_id AS "deliveryUuid",
  o.attempt_number AS "attemptNumber", o.event_type AS "eventType", o.resource_type AS "resourceType", o.resource_id AS "resourceId", o.attempts,
  o.due_at AS "dueAt", o.last_error AS "lastError", o.created_at AS "createdAt", o.ended_at AS "endedAt"`;

/** Requests beside deliveries. They wait here until they are done or given up. */
@Injectable()
export class OutboundRequestStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /**
   * Takes due requests, at most `perSubscription` of one subscription, and puts each off by `putOffMs` times its attempts, so that one that
   * is lost with its process is made again. Subscriptions in `busy` are passed over.
   */
  async take(limit: number, perSubscription: number, putOffMs: number, busy: string[]): Promise<DueRequest[]> {
    const { rows } = await this.pool.query<DueRequest & { catalogVersion: string }>({
      name: 'outbound-take',
      text: `WITH waiting AS (
          SELECT id, subscription_id, due_at FROM outbound_requests WHERE due_at <= now() AND subscription_id <> ALL($4::uuid[])
          ORDER BY due_at LIMIT 1000
        ), ranked AS (
          SELECT id, row_number() OVER (PARTITION BY subscription_id ORDER BY due_at) AS place FROM waiting
        ), due AS (
          SELECT o.id FROM outbound_requests o JOIN ranked r ON r.id = o.id WHERE r.place <= $2 AND o.due_at <= now()
          ORDER BY o.due_at LIMIT $1 FOR UPDATE OF o SKIP LOCKED
        )
        UPDATE outbound_requests o SET due_at = now() + make_interval(secs => $3::int / 1000.0) * (o.attempts + 1), attempts = o.attempts + 1
        FROM due WHERE o.id = due.id
        RETURNING ${COLUMNS}, (SELECT s.catalog_version FROM subscriptions s WHERE s.id = o.subscription_id) AS "catalogVersion"`,
      values: [limit, perSubscription, putOffMs, busy],
    });
    return rows.map((row) => ({ ...row, catalogVersion: BigInt(row.catalogVersion) }));
  }

  /** It is done: nothing is left of it. */
  async finish(id: string): Promise<void> {
    await this.pool.query('DELETE FROM outbound_requests WHERE id = $1', [id]);
  }

  /** It failed, and is made again when it is due, or never. */
  async fail(id: string, message: string, isLast: boolean): Promise<void> {
    await this.pool.query(
      `UPDATE outbound_requests SET last_error = $2, due_at = CASE WHEN $3 THEN NULL ELSE due_at END, ended_at = CASE WHEN $3 THEN now() END
       WHERE id = $1`,
      [id, message, isLast],
    );
  }

  /** The attempt was none: something on our side was in its way. */
  async uncharge(id: string, delayMs: number): Promise<void> {
    await this.pool.query(
      `UPDATE outbound_requests SET attempts = greatest(attempts - 1, 0), due_at = now() + make_interval(secs => $2::int / 1000.0)
       WHERE id = $1 AND due_at IS NOT NULL`,
      [id, delayMs],
    );
  }

  /** Asks for a resource to be fetched and published to one subscription. False when that is switched off, suspended or gone. */
  async requestResource(tenantId: string, subscriptionUuid: string, about: ResourceEvent): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `INSERT INTO outbound_requests (id, tenant_id, kind, subscription_id, event_type, resource_type, resource_id)
       SELECT $1, tenant_id, 'hydration', id, $4, $5, $6 FROM subscriptions
       WHERE id = $3 AND tenant_id = $2 AND enabled AND suspended_at IS NULL AND deleted_at IS NULL`,
      [newUuid(), tenantId, subscriptionUuid, about.type, about.resourceType, about.resourceId],
    );
    return rowCount === 1;
  }

  /**
   * Stores the event that a fetched resource makes, with its one delivery, and forgets the request: all or nothing. `inactive` stores
   * nothing and keeps the request; `gone`: another process was first.
   */
  async publishResource(id: string, event: NewEvent, subscriptionUuid: string): Promise<{ delivery: string } | 'inactive' | 'gone'> {
    const client = await this.pool.connect();
    let isBroken = false;
    try {
      await client.query('BEGIN');
      const { rowCount } = await client.query('DELETE FROM outbound_requests WHERE id = $1', [id]);
      const delivery = rowCount === 1 ? await insertForOne(client, event, subscriptionUuid) : null;
      await client.query(delivery === null ? 'ROLLBACK' : 'COMMIT');
      if (delivery !== null) return { delivery };
      return rowCount === 1 ? 'inactive' : 'gone';
    } catch (error) {
      await client.query('ROLLBACK').catch(() => (isBroken = true));
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  /** The event of a delivery; null when both are past their retention. */
  async eventOf(deliveryUuid: string): Promise<StoredEvent | null> {
    const { rows } = await this.pool.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.id = $1`,
      [deliveryUuid],
    );
    return rows[0] ? toStoredEvent(rows[0]) : null;
  }

  /** The tenant's requests, newest first, before the request `beforeId`. */
  async list(tenantId: string, filter: OutboundFilter, limit: number, beforeId: string | null): Promise<OutboundRequestRow[]> {
    const { rows } = await this.pool.query<OutboundRequestRow>(
      `SELECT ${COLUMNS} FROM outbound_requests o
       WHERE o.tenant_id = $1 AND ($2::uuid IS NULL OR o.id < $2) AND ($3::text IS NULL OR o.kind = $3)
         AND ($4::boolean IS NULL OR (o.ended_at IS NOT NULL) = $4) AND ($5::uuid IS NULL OR o.subscription_id = $5)
       ORDER BY o.id DESC LIMIT $6`,
      [tenantId, beforeId, filter.kind ?? null, filter.givenUp ?? null, filter.subscriptionUuid ?? null, limit],
    );
    return rows;
  }

  /** Forgets requests that were given up so many days ago. Returns how many. */
  async forgetEnded(days: number): Promise<number> {
    const { rowCount } = await this.pool.query('DELETE FROM outbound_requests WHERE ended_at < now() - make_interval(days => $1)', [days]);
    return rowCount ?? 0;
  }
}

/** Notes, in the transaction that records an attempt, that its subscription's callback is to be told of it. */
export async function insertCallback(
  client: PoolClient,
  claim: { uuid: string; tenantId: string; subscriptionUuid: string },
): Promise<void> {
  await client.query(
    `INSERT INTO outbound_requests (id, tenant_id, kind, subscription_id, delivery_id, attempt_number)
     SELECT $1, $2, 'callback', $3, d.id, d.attempt_count FROM deliveries d WHERE d.id = $4`,
    [newUuid(), claim.tenantId, claim.subscriptionUuid, claim.uuid],
  );
}
