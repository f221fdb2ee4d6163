import type { StoredEvent } from '#domain/event.js';
import { formatId, parseId } from '#domain/ids.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { type Found, foundIn, searchSql } from './bounded-search.js';
import { poolOf } from './data-source.js';

export interface EventRow {
  id: string;
  tenant_id: string;
  public_id: string | null;
  type: string;
  topic: string | null;
  app: string | null;
  resource_type: string | null;
  resource_id: string | null;
  occurred_at: Date;
  accepted_at: Date;
  raw: Buffer;
  data_start: number;
  data_end: number;
  hops: number;
  traceparent: string | null;
  expunged_at: Date | null;
}

export const EVENT_COLUMNS = `e.id, e.tenant_id, e.public_id, e.type, e.topic, e.app, e.resource_type, e.resource_id, e.occurred_at, e.accepted_at,
  e.raw, e.data_start, e.data_end, e.hops, e.traceparent, e.expunged_at`;

/** The event's name for the world: the publisher's own id, or `evt_<ulid>`. */
export const publicEventId = (uuid: string, publicId: string | null): string => publicId ?? formatId('evt', uuid);

export const toStoredEvent = (row: EventRow): StoredEvent => ({
  uuid: row.id,
  id: publicEventId(row.id, row.public_id),
  tenantId: row.tenant_id,
  type: row.type,
  topic: row.topic,
  app: row.app,
  resourceType: row.resource_type,
  resourceId: row.resource_id,
  occurredAt: row.occurred_at.toISOString(),
  acceptedAt: row.accepted_at.toISOString(),
  raw: row.raw,
  dataStart: row.data_start,
  dataEnd: row.data_end,
  hops: row.hops,
  traceparent: row.traceparent,
  expungedAt: row.expunged_at?.toISOString() ?? null,
});

export interface EventFilter {
  /** `evt_<ulid>`, or the publisher's own. */
  id?: string;
  type?: string;
  topic?: string;
  resourceType?: string;
  resourceId?: string;
  /** ISO 8601: accepted at or after. */
  from?: string;
  /** ISO 8601: accepted before. */
  to?: string;
}

/** An event of this type about this resource. */
export interface ResourceEvent {
  type: string;
  resourceType: string;
  resourceId: string;
}

/** Reads of stored events. Writing them is publish's (publish.store.ts). */
@Injectable()
export class EventStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Finds an event by `evt_<ulid>` or by the publisher's own id; null when the tenant has none. */
  async find(tenantId: string, id: string): Promise<StoredEvent | null> {
    const uuid = await this.uuidOf(tenantId, id);
    if (uuid === null) return null;
    const { rows } = await this.pool.query<EventRow>(`SELECT ${EVENT_COLUMNS} FROM events e WHERE e.id = $1 AND e.tenant_id = $2`, [
      uuid,
      tenantId,
    ]);
    return rows[0] ? toStoredEvent(rows[0]) : null;
  }

  /** The tenant's events of these uuids, in no order. */
  async findMany(tenantId: string, uuids: readonly string[]): Promise<StoredEvent[]> {
    const { rows } = await this.pool.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events e WHERE e.id = ANY($2::uuid[]) AND e.tenant_id = $1`,
      [tenantId, uuids],
    );
    return rows.map(toStoredEvent);
  }

  /** The newest event of a type about a resource; null when there is none, or when that one was expunged. The type compares without case. */
  async newestAbout(tenantId: string, { type, resourceType, resourceId }: ResourceEvent): Promise<StoredEvent | null> {
    const { rows } = await this.pool.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events e
       WHERE e.tenant_id = $1 AND e.resource_type = $2 AND e.resource_id = $3 AND lower(e.type) = lower($4) ORDER BY e.id DESC LIMIT 1`,
      [tenantId, resourceType, resourceId, type],
    );
    return rows[0] && rows[0].expunged_at === null ? toStoredEvent(rows[0]) : null;
  }

  /** Whether any event of the tenant was about a resource of this type. */
  async knowsResourceType(tenantId: string, resourceType: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ known: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = $1 AND e.resource_type = $2 AND e.resource_id IS NOT NULL) AS known`,
      [tenantId, resourceType],
    );
    return rows[0]!.known;
  }

  /** The tenant's events that came of one request of its publisher's, oldest first. */
  async listByRequest(tenantId: string, requestId: string, limit: number): Promise<StoredEvent[]> {
    const { rows } = await this.pool.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events e WHERE e.tenant_id = $1 AND e.request_id = $2 ORDER BY e.id LIMIT $3`,
      [tenantId, requestId, limit],
    );
    return rows.map(toStoredEvent);
  }

  private async uuidOf(tenantId: string, id: string): Promise<string | null> {
    return parseId('evt', id) ?? (await this.uuidOfOwnId(tenantId, id));
  }

  private async uuidOfOwnId(tenantId: string, id: string): Promise<string | null> {
    const { rows } = await this.pool.query<{ event_id: string }>('SELECT event_id FROM event_keys WHERE tenant_id = $1 AND key = $2', [
      tenantId,
      ownIdKey(id),
    ]);
    return rows[0]?.event_id ?? null;
  }

  /** The tenant's events, newest first, before the event `beforeUuid`. It looks through so many at most (see bounded-search.ts). */
  async search(tenantId: string, filter: EventFilter, limit: number, beforeUuid: string | null): Promise<Found<StoredEvent>> {
    const uuid = filter.id === undefined ? undefined : await this.uuidOf(tenantId, filter.id);
    if (uuid === null) return { rows: [], searchedTo: null };
    const { sql, values } = searchEvents(tenantId, { ...filter, uuid }, limit, beforeUuid);
    const { rows, searchedTo } = foundIn((await this.pool.query<EventRow & { searchedTo: string | null }>(sql, values)).rows);
    return { rows: rows.map(toStoredEvent), searchedTo };
  }
}

/** A page of a search. A resource's events stand in an index, by its id; all others are walked by tenant. */
export function searchEvents(
  tenantId: string,
  { uuid, type, topic, resourceType, resourceId, from, to }: Omit<EventFilter, 'id'> & { uuid?: string },
  limit: number,
  beforeUuid: string | null,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [tenantId];
  const asked = (conditions: [string, string | null | undefined][]): string[] =>
    conditions.flatMap(([condition, value]) =>
      value === undefined || value === null ? [] : [condition.replace('?', `$${values.push(value)}`)],
    );
  const ofType: [string, string | undefined] = ['e.resource_type = ?', resourceType];
  const walk = asked([
    ['e.id < ?', beforeUuid],
    ['e.id = ?', uuid],
    ['e.id >= uuid_floor(?)', from],
    ['e.id < uuid_floor(?)', to],
    ...(resourceId === undefined ? [] : [['e.resource_id = ?', resourceId] as [string, string], ofType]),
  ]);
  const sieve = asked([['e.type = ?', type], ['e.topic = ?', topic], ...(resourceId === undefined ? [ofType] : [])]);
  const walks = [['e.tenant_id = $1', ...walk].join(' AND ')];
  return { sql: searchSql({ table: 'events', alias: 'e', columns: EVENT_COLUMNS, walks, sieve }, values, limit), values };
}

/** The key under which a publisher's own event id is claimed in event_keys. */
export const ownIdKey = (id: string): string => `i:${id}`;
/** The key under which an Idempotency-Key header is remembered. */
export const headerKey = (key: string): string => `k:${key}`;
