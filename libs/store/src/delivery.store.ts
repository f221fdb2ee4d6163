import { type AttemptTrigger, type DeliveryState, isTerminal } from '#domain/delivery.js';
import { DomainError } from '#domain/errors.js';
import { deliveryUuid, formatId } from '#domain/ids.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { updateNoted } from './audit.js';
import { type Found, foundIn, searchSql } from './bounded-search.js';
import { poolOf } from './data-source.js';
import { type DeliveryFilter, deliveriesWhere, deliveryConditions } from './delivery-filter.js';

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
  /** Of the event. */
  resourceType: string | null;
  resourceId: string | null;
  createdAt: Date;
  endedAt: Date | null;
  /** In which shape its body was first sent; null: not at all yet. */
  bodySource: 'default' | 'template' | null;
  /** Whether what it sent, or would send, has been expunged. */
  expunged: boolean;
}

const DELIVERY_COLUMNS = `d.id, d.number, d.event_id AS "eventUuid", e.public_id AS "eventPublicId", d.subscription_id AS "subscriptionUuid",
  d.event_type AS "eventType", d.state, d.reason, d.trigger, d.attempt_count AS "attemptCount",
  CASE WHEN d.due_at < 'infinity' THEN d.due_at END AS "dueAt", coalesce(d.due_at = 'infinity', false) AS held,
  d.last_status AS "lastStatus", d.last_error AS "lastError", e.resource_type AS "resourceType", e.resource_id AS "resourceId",
  d.created_at AS "createdAt", d.ended_at AS "endedAt", d.body_source AS "bodySource",
  d.expunged`;

/**
 * SQL that puts a delivery `d` back to the start: due now, with its policy's attempts before it again. It keeps its place in its key's order
 * as long as the key waits for it; one that the key has gone past goes out beside the others and holds up none.
 */
export const BEGIN_ANEW = `state = 'pending', reason = NULL, ended_at = NULL, due_at = now(), retries_used = 0, crash_count = 0,
  order_key = CASE WHEN d.state = 'pending' OR d.state IN ('failed', 'diverted')
    AND (SELECT o.ordering FROM subscriptions o WHERE o.id = d.subscription_id) = 'wait' THEN d.order_key END`;

/** What people ask of deliveries: reads, resend, cancel. Always within one tenant. */
@Injectable()
export class DeliveryStore {
  private readonly pool: Pool;

  constructor(private readonly dataSource: DataSource) {
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

  /** Newest first, before the delivery `beforeUuid`. It looks through so many at most (see bounded-search.ts). */
  async search(tenantId: string, filter: DeliverySearch, limit: number, beforeUuid: string | null): Promise<Found<DeliveryRow>> {
    const { sql, values } = searchDeliveries(tenantId, filter, limit, beforeUuid);
    return foundIn((await this.pool.query<DeliveryRow & { searchedTo: string | null }>(sql, values)).rows);
  }

  /** All that there are, newest first, before the delivery `beforeUuid`; the first `offset` of those are passed over. */
  async list(tenantId: string, filter: DeliveryFilter, limit: number, beforeUuid: string | null, offset = 0): Promise<DeliveryRow[]> {
    const { sql, values } = newestDeliveries(tenantId, filter, limit, beforeUuid, offset);
    const { rows } = await this.pool.query<DeliveryRow>(sql, values);
    return rows;
  }

  /** How many `list` would come to in all. */
  async count(tenantId: string, filter: DeliveryFilter): Promise<number> {
    const { from, where, values } = deliveriesWhere(tenantId, filter, null);
    const { rows } = await this.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${from} WHERE ${where}`, values);
    return rows[0]!.count;
  }

  /**
   * Puts a delivery back to the start: due now, with its policy's attempts before it again. A retry that was waiting is superseded, and
   * many resends at once come to one. A manual one is the next probe of an open breaker, and at once. Errors: `delivery_in_flight`, `subscription_deleted`,
   * `event_expunged` (409); null when there is no such delivery.
   */
  async resend(tenantId: string, uuid: string, trigger: AttemptTrigger): Promise<DeliveryRow | null> {
    const isResent = await updateNoted(
      this.dataSource,
      { tenantId, action: 'delivery.resent', object: formatId('dlv', uuid) },
      `UPDATE deliveries d SET ${BEGIN_ANEW}, trigger = $3
       FROM subscriptions s WHERE d.id = $1 AND d.tenant_id = $2 AND s.id = d.subscription_id AND s.deleted_at IS NULL AND d.state <> 'sending'
         AND NOT d.expunged RETURNING d.id`,
      [uuid, tenantId, trigger],
    );
    if (isResent && trigger === 'manual') await this.askForProbe(uuid);
    const row = await this.find(tenantId, uuid);
    if (row?.expunged) throw eventExpunged();
    if (row && !isResent) throw (await this.isDeleted(row.subscriptionUuid)) ? subscriptionDeleted() : inFlight();
    return row;
  }

  /** Whoever resends by hand has reason to think that the endpoint is well again. */
  private async askForProbe(uuid: string): Promise<void> {
    await this.pool.query(
      `UPDATE subscription_flow f SET breaker_probe_at = now() FROM deliveries d
       WHERE d.id = $1 AND f.subscription_id = d.subscription_id AND f.breaker_probe_at > now() AND f.breaker_probe_token IS NULL`,
      [uuid],
    );
  }

  private async isDeleted(subscriptionUuid: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('SELECT FROM subscriptions WHERE id = $1 AND deleted_at IS NOT NULL', [subscriptionUuid]);
    return rowCount === 1;
  }

  /** Ends a delivery that has not arrived. Errors: `delivery_in_flight`, `delivery_ended` (409); null when there is no such delivery. */
  async cancel(tenantId: string, uuid: string, reason: 'cancelled_by_operator' | 'discarded_by_operator'): Promise<DeliveryRow | null> {
    const action = reason === 'discarded_by_operator' ? 'delivery.discarded' : 'delivery.cancelled';
    const isCancelled = await updateNoted(
      this.dataSource,
      { tenantId, action, object: formatId('dlv', uuid) },
      `UPDATE deliveries SET state = 'cancelled', reason = $3, due_at = NULL, ended_at = now()
       WHERE id = $1 AND tenant_id = $2 AND state IN ('pending', 'failed', 'diverted') RETURNING id`,
      [uuid, tenantId, reason],
    );
    const row = await this.find(tenantId, uuid);
    if (row && !isCancelled) throw isTerminal(row.state) ? ended(row) : inFlight();
    return row;
  }
}

/** What a list may ask that looks through so many deliveries and no more. */
export type DeliverySearch = Pick<
  DeliveryFilter,
  'state' | 'subscriptionUuid' | 'eventUuid' | 'eventType' | 'statusClass' | 'errorCode' | 'resourceType' | 'resourceId' | 'from' | 'to'
>;

/**
 * A page of a search. What did not arrive is walked by state, what is still open too, and all else by tenant or subscription: of those that
 * arrived a tenant may have very few among all the others, and no index tells them apart.
 */
export function searchDeliveries(
  tenantId: string,
  { state, subscriptionUuid, eventUuid, from, to, ...others }: DeliverySearch,
  limit: number,
  beforeUuid: string | null,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [tenantId];
  const isByState = state !== undefined && !state.includes('delivered');
  const asked = isByState ? { eventUuid, from, to } : { eventUuid, from, to, subscriptionUuid };
  const walk = ['d.tenant_id = $1', ...deliveryConditions(asked, beforeUuid, values)].join(' AND ');
  const walks = isByState ? byState(walk, state, values) : [walk];
  const sieve = deliveryConditions(isByState ? { subscriptionUuid, ...others } : { state, ...others }, null, values);
  const join = 'JOIN events e ON e.id = d.event_id';
  return { sql: searchSql({ table: 'deliveries', alias: 'd', columns: DELIVERY_COLUMNS, join, walks, sieve }, values, limit), values };
}

const byState = (condition: string, states: readonly DeliveryState[], values: unknown[]): string[] =>
  [...new Set(states)].map((one) => `${condition} AND d.state = $${values.push(one)}${isTerminal(one) ? '' : ' AND d.due_at IS NOT NULL'}`);

/**
 * The newest deliveries that a filter lets through. Each state it asks for is read by itself, as far as the page goes, and then the newest of
 * them are taken: so there is an index in which they stand in their order, and nobody reads through what arrived to find what did not.
 */
export function newestDeliveries(
  tenantId: string,
  { state, ...filter }: DeliveryFilter,
  limit: number,
  beforeUuid: string | null,
  offset: number,
): { sql: string; values: unknown[] } {
  const { from, where, values } = deliveriesWhere(tenantId, filter, beforeUuid);
  const [most, passed] = [values.push(limit), values.push(offset)];
  const branches = (state ? byState(where, state, values) : [where]).map(
    (one) => `(SELECT ${DELIVERY_COLUMNS} FROM ${from} WHERE ${one} ORDER BY d.id DESC LIMIT $${most}::int + $${passed}::int)`,
  );
  return { sql: `SELECT * FROM (${branches.join(' UNION ALL ')}) d ORDER BY d.id DESC LIMIT $${most}::int OFFSET $${passed}::int`, values };
}

/** Also what is said when the attempt has ended since: at the moment of the update it was under way. */
const inFlight = (): DomainError =>
  new DomainError('delivery_in_flight', 'An attempt is under way right now. Try again when it has ended.');

const ended = ({ state }: DeliveryRow): DomainError =>
  new DomainError('delivery_ended', `The delivery is ${state} and cannot be cancelled.`);

export const eventExpunged = (): DomainError =>
  new DomainError('event_expunged', 'The payload of this event has been expunged: there is nothing left to send or to judge.');

const subscriptionDeleted = (): DomainError =>
  new DomainError('subscription_deleted', 'The subscription of this delivery was deleted, so it cannot be resent.');
