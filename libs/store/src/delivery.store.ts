import { type AttemptTrigger, type DeliveryState, isTerminal } from '#domain/delivery.js';
import { DomainError } from '#domain/errors.js';
import { deliveryUuid, timeOf } from '#domain/ids.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

export interface DeliveryRow {
  id: string;
  number: string;
  eventUuid: string;
  eventPublicId: string | null;
  subscriptionUuid: string;
  eventType: string;
  state: DeliveryState;
  reason: string | null;
  trigger: AttemptTrigger;
  attemptCount: number;
  /** null when it has ended; 'infinity' reads as held. */
  dueAt: Date | null;
  held: boolean;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

export interface DeliveryFilter {
  state?: DeliveryState[];
  subscriptionUuid?: string;
  eventUuid?: string;
  eventType?: string;
  /** 2 stands for 2xx, and so on. */
  statusClass?: number;
  errorCode?: string;
  resourceType?: string;
  resourceId?: string;
  from?: string;
  to?: string;
}

const DELIVERY_COLUMNS = `d.id, d.number, d.event_id AS "eventUuid", e.public_id AS "eventPublicId", d.subscription_id AS "subscriptionUuid",
  d.event_type AS "eventType", d.state, d.reason, d.trigger, d.attempt_count AS "attemptCount",
  CASE WHEN d.due_at < 'infinity' THEN d.due_at END AS "dueAt", coalesce(d.due_at = 'infinity', false) AS held,
  d.last_status AS "lastStatus", d.last_error AS "lastError", d.created_at AS "createdAt", d.ended_at AS "endedAt"`;

/** What people ask of deliveries: reads, resend, cancel. Always within one tenant. */
@Injectable()
export class DeliveryStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  async find(tenantId: string, uuid: string): Promise<DeliveryRow | null> {
    const { rows } = await this.pool.query<DeliveryRow>(
      `SELECT ${DELIVERY_COLUMNS} FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.id = $1 AND d.tenant_id = $2`,
      [uuid, tenantId],
    );
    return rows[0] ?? null;
  }

  async findByNumber(tenantId: string, number: string): Promise<DeliveryRow | null> {
    const { rows } = await this.pool.query<DeliveryRow>(
      `SELECT ${DELIVERY_COLUMNS} FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.number = $1 AND d.tenant_id = $2`,
      [number, tenantId],
    );
    return rows[0] ?? null;
  }

  /** The one delivery of an event to a subscription; its uuid is derived from theirs. */
  findByEventAndSubscription(tenantId: string, eventUuid: string, subscriptionUuid: string): Promise<DeliveryRow | null> {
    return this.find(tenantId, deliveryUuid(eventUuid, subscriptionUuid));
  }

  /** Newest first, before the delivery `beforeUuid`. */
  async list(tenantId: string, filter: DeliveryFilter, limit: number, beforeUuid: string | null): Promise<DeliveryRow[]> {
    const values: unknown[] = [tenantId];
    const conditions = ['d.tenant_id = $1'];
    const where = (value: unknown, condition: (place: string) => string): void => {
      if (value === undefined || value === null) return;
      values.push(value);
      conditions.push(condition(`$${values.length}`));
    };
    where(beforeUuid, (p) => `d.id < ${p}`);
    where(filter.state, (p) => `d.state = ANY(${p}::text[])`);
    where(filter.subscriptionUuid, (p) => `d.subscription_id = ${p}`);
    where(filter.eventUuid, (p) => `d.event_id = ${p}`);
    where(filter.eventUuid && instantBounds(filter.eventUuid)[0], (p) => `d.id >= ${p}`);
    where(filter.eventUuid && instantBounds(filter.eventUuid)[1], (p) => `d.id <= ${p}`);
    where(filter.eventType, (p) => `lower(d.event_type) = lower(${p})`);
    where(filter.statusClass, (p) => `d.last_status / 100 = ${p}`);
    where(filter.errorCode, (p) => `d.last_error = ${p}`);
    where(filter.resourceType, (p) => `e.resource_type = ${p}`);
    where(filter.resourceId, (p) => `e.resource_id = ${p}`);
    where(filter.from, (p) => `d.id >= uuid_floor(${p})`);
    where(filter.to, (p) => `d.id < uuid_floor(${p})`);
    values.push(limit);
    const { rows } = await this.pool.query<DeliveryRow>(
      `SELECT ${DELIVERY_COLUMNS} FROM deliveries d JOIN events e ON e.id = d.event_id
       WHERE ${conditions.join(' AND ')} ORDER BY d.id DESC LIMIT $${values.length}`,
      values,
    );
    return rows;
  }

  /**
   * Puts a delivery back to the start: due now, with its policy's attempts before it again. A retry that was waiting is superseded, and
   * many resends at once come to one. Errors: `delivery_in_flight` (409), `subscription_deleted` (409); null when there is no such delivery.
   */
  async resend(tenantId: string, uuid: string, trigger: AttemptTrigger): Promise<DeliveryRow | null> {
    const { rowCount } = await this.pool.query(
      `UPDATE deliveries d SET state = 'pending', reason = NULL, ended_at = NULL, due_at = now(), trigger = $3, retries_used = 0, crash_count = 0
       FROM subscriptions s WHERE d.id = $1 AND d.tenant_id = $2 AND s.id = d.subscription_id AND s.deleted_at IS NULL AND d.state <> 'sending'`,
      [uuid, tenantId, trigger],
    );
    const row = await this.find(tenantId, uuid);
    if (row && rowCount === 0) throw (await this.isDeleted(row.subscriptionUuid)) ? subscriptionDeleted() : inFlight();
    return row;
  }

  private async isDeleted(subscriptionUuid: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('SELECT FROM subscriptions WHERE id = $1 AND deleted_at IS NOT NULL', [subscriptionUuid]);
    return rowCount === 1;
  }

  /** Ends a delivery that has not arrived. Errors: `delivery_in_flight`, `delivery_ended` (409); null when there is no such delivery. */
  async cancel(tenantId: string, uuid: string, reason: 'cancelled_by_operator' | 'discarded_by_operator'): Promise<DeliveryRow | null> {
    const { rowCount } = await this.pool.query(
      `UPDATE deliveries SET state = 'cancelled', reason = $3, due_at = NULL, ended_at = now()
       WHERE id = $1 AND tenant_id = $2 AND state IN ('pending', 'failed', 'diverted')`,
      [uuid, tenantId, reason],
    );
    const row = await this.find(tenantId, uuid);
    if (row && rowCount === 0) throw isTerminal(row.state) ? ended(row) : inFlight();
    return row;
  }
}

/** Also what is said when the attempt has ended since: at the moment of the update it was under way. */
const inFlight = (): DomainError =>
  new DomainError('delivery_in_flight', 'An attempt is under way right now. Try again when it has ended.');

const ended = ({ state }: DeliveryRow): DomainError =>
  new DomainError('delivery_ended', `The delivery is ${state} and cannot be cancelled.`);

const subscriptionDeleted = (): DomainError =>
  new DomainError('subscription_deleted', 'The subscription of this delivery was deleted, so it cannot be resent.');

/** The smallest and largest uuids of a uuid's millisecond: a delivery carries its event's, which spares an index. */
function instantBounds(uuid: string): [string, string] {
  const hex = timeOf(uuid).toString(16).padStart(12, '0');
  const time = `${hex.slice(0, 8)}-${hex.slice(8)}`;
  return [`${time}-0000-0000-000000000000`, `${time}-ffff-ffff-ffffffffffff`];
}
