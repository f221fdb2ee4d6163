import type { StoredEvent } from '#domain/event.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { hotPoolOf, poolOf } from './data-source.js';
import { EVENT_COLUMNS, type EventRow, toStoredEvent } from './event.store.js';

/** An event that still has to be fanned out, with the versions of its tenant's catalog as they are now. */
export interface WaitingEvent {
  event: StoredEvent;
  catalogVersion: bigint;
  registryVersion: bigint;
  strictEventTypes: boolean;
}

/** A delivery to be made. `start`: at once by the process that makes it, when there is room; or by whoever claims it when due; or held, if only until there is a place for it. */
export interface NewDelivery {
  uuid: string;
  tenantId: string;
  eventUuid: string;
  subscriptionUuid: string;
  eventType: string;
  /** What it is ordered by within its subscription; null: it keeps no order. One with a key never starts at once. */
  orderKey: string | null;
  start: { kind: 'now'; leaseMs: number } | { kind: 'due'; delayMs: number } | { kind: 'held'; wantsPlace?: boolean };
}

/** What one insert came to. */
export interface Inserted {
  /** Deliveries that this call made *and* claimed. */
  claimed: Set<string>;
  /** Events that need no fan-out any more, of which nobody else had said so before. */
  finished: Set<string>;
}

interface WaitingRow extends EventRow {
  catalog_version: string;
  registry_version: string;
  strict: boolean;
}

const WAITING = `SELECT ${EVENT_COLUMNS}, t.catalog_version, t.registry_version, coalesce((t.settings->>'strictEventTypes')::boolean, false) AS strict
  FROM waiting o JOIN events e ON e.id = o.event_id JOIN tenants t ON t.id = e.tenant_id`;

/** The way from a stored event to its deliveries. */
@Injectable()
export class FanoutStore {
  private readonly pool: Pool;
  private readonly hotPool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
    this.hotPool = hotPoolOf(dataSource);
  }

  /** Those of the events that nobody has fanned out yet. The bounds let Postgres leave out partitions that cannot hold them. */
  async load(eventUuids: string[]): Promise<WaitingEvent[]> {
    const [low, high] = bounds(eventUuids);
    const { rows } = await this.hotPool.query<WaitingRow>({
      name: 'fanout-load',
      text: `WITH waiting AS (SELECT event_id FROM event_outbox WHERE event_id = ANY($1::uuid[])) ${WAITING} WHERE e.id BETWEEN $2 AND $3`,
      values: [eventUuids, low, high],
    });
    return rows.map(toWaiting);
  }

  /**
   * Takes up to `limit` events whose wake-up never came, and puts them off by `putOffMs` for the other sweepers. Tenants take turns, each
   * with its oldest first, so that thousands of one do not come before the only one of another.
   */
  async sweep(limit: number, putOffMs: number): Promise<WaitingEvent[]> {
    const { rows } = await this.pool.query<WaitingRow>({
      name: 'fanout-sweep',
      text: SWEEP,
      values: [limit, putOffMs],
    });
    return rows.map(toWaiting);
  }

  /**
   * Makes deliveries that are not there yet; those that start now are born claimed under `leaseToken`, unless their subscription's
   * receiver asked for a pause or its breaker is open: then they are held. With them go the outbox rows of `complete`, events that need no
   * more than these.
   */
  async insertDeliveries(deliveries: NewDelivery[], leaseToken: string, complete: string[] = []): Promise<Inserted> {
    const column = (pick: (delivery: NewDelivery) => unknown): unknown[] => deliveries.map(pick);
    const { rows } = await this.hotPool.query<{ id: string; is_delivery: boolean }>({
      name: 'fanout-insert',
      text: INSERT_DELIVERIES,
      values: [
        column((d) => d.uuid),
        column((d) => d.tenantId),
        column((d) => d.eventUuid),
        column((d) => d.subscriptionUuid),
        column((d) => d.eventType),
        column((d) => d.start.kind),
        column((d) => (d.start.kind === 'now' ? d.start.leaseMs : d.start.kind === 'due' ? d.start.delayMs : 0)),
        leaseToken,
        column((d) => d.orderKey),
        complete,
      ],
    });
    const ids = (isDelivery: boolean): Set<string> => new Set(rows.filter((row) => row.is_delivery === isDelivery).map((row) => row.id));
    return { claimed: ids(true), finished: ids(false) };
  }
}

/**
 * Hops from one tenant to the next in the index, takes the oldest of each, and shares the batch out in turns. Four times as many are looked
 * at as are wanted: of those that another is about to take the next in turn stand in, so that sweepers that look at the same moment each come
 * back with a batch.
 */
const SWEEP = `
WITH RECURSIVE hop AS (
  (SELECT tenant_id FROM event_outbox ORDER BY tenant_id LIMIT 1)
  UNION ALL
  SELECT (SELECT o.tenant_id FROM event_outbox o WHERE o.tenant_id > hop.tenant_id ORDER BY o.tenant_id LIMIT 1) FROM hop
  WHERE hop.tenant_id IS NOT NULL
), oldest AS (
  SELECT own.event_id, row_number() OVER (PARTITION BY hop.tenant_id ORDER BY own.event_id) AS turn
  FROM hop CROSS JOIN LATERAL (
    SELECT o.event_id FROM event_outbox o WHERE o.tenant_id = hop.tenant_id AND o.due_at <= now() ORDER BY o.event_id LIMIT $1::int * 4
  ) own
), due AS (
  SELECT o.event_id FROM (SELECT event_id, turn FROM oldest ORDER BY turn LIMIT $1::int * 4) next
  JOIN event_outbox o ON o.event_id = next.event_id
  WHERE o.due_at <= now() ORDER BY next.turn LIMIT $1 FOR UPDATE OF o SKIP LOCKED
), waiting AS (
  UPDATE event_outbox o SET due_at = now() + make_interval(secs => $2::int / 1000.0) FROM due WHERE o.event_id = due.event_id
  RETURNING o.event_id
) ${WAITING}
`;

/**
 * Only of events that still wait: one that another has fanned out meanwhile needs nothing, and one that is expunged at this moment has its
 * deliveries before that, where they are found with it, or not at all. One order of locks: two that fan out the same events wait for each
 * other instead of deadlocking.
 */
const INSERT_DELIVERIES = `
WITH waiting AS MATERIALIZED (
  SELECT event_id FROM event_outbox WHERE event_id = ANY($3::uuid[] || $10::uuid[]) ORDER BY event_id FOR UPDATE
), given AS (
  SELECT g.*, CASE WHEN g.start = 'now' AND (f.paused_until > now() OR f.breaker_probe_at IS NOT NULL) THEN 'held' ELSE g.start END AS begin
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::float8[], $9::text[])
    AS g (id, tenant_id, event_id, subscription_id, event_type, start, ms, order_key)
  JOIN waiting w ON w.event_id = g.event_id
  LEFT JOIN subscription_flow f ON f.subscription_id = g.subscription_id
), made AS (
  INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, order_key, state, due_at, lease_token, crash_count)
  SELECT id, tenant_id, event_id, subscription_id, event_type, order_key,
    CASE begin WHEN 'now' THEN 'sending' ELSE 'pending' END,
    CASE begin WHEN 'held' THEN 'infinity'::timestamptz ELSE now() + make_interval(secs => ms / 1000.0) END,
    CASE begin WHEN 'now' THEN $8::uuid END,
    CASE begin WHEN 'now' THEN 1 ELSE 0 END
  FROM given ORDER BY id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, state
), gone AS (
  DELETE FROM event_outbox o USING waiting w WHERE o.event_id = w.event_id AND o.event_id = ANY($10::uuid[]) RETURNING o.event_id
)
SELECT id, true AS is_delivery FROM made WHERE state = 'sending' UNION ALL SELECT event_id, false FROM gone
`;

const toWaiting = (row: WaitingRow): WaitingEvent => ({
  event: toStoredEvent(row),
  catalogVersion: BigInt(row.catalog_version),
  registryVersion: BigInt(row.registry_version),
  strictEventTypes: row.strict,
});

/** Smallest and largest of some uuids, as text: time-ordered uuids sort as their time does. */
export function bounds(uuids: string[]): [string, string] {
  let low = uuids[0]!;
  let high = low;
  for (const uuid of uuids) {
    if (uuid < low) low = uuid;
    if (uuid > high) high = uuid;
  }
  return [low, high];
}
