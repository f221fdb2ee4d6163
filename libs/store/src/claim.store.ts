import type { StoredEvent } from '#domain/event.js';
import type { AttemptTrigger } from '#domain/delivery.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { hotPoolOf, poolOf } from './data-source.js';
import { EVENT_COLUMNS, type EventRow, toStoredEvent } from './event.store.js';
import { bounds } from './fanout.store.js';

/** A delivery this process holds the lease of. */
export interface Claimed {
  uuid: string;
  tenantId: string;
  eventUuid: string;
  subscriptionUuid: string;
  leaseToken: string;
  trigger: AttemptTrigger;
  attemptCount: number;
  retriesUsed: number;
  /** Which body an earlier attempt sent; null: none was sent yet. */
  bodySource: 'default' | 'template' | null;
  /** The subscription's version as of the claim: an older one in a cache is stale. */
  catalogVersion: bigint;
  /** Milliseconds from the claim on before the request may start: the subscription's rate limit. */
  startAfterMs: number;
  /** Set when this is the one request that may go through an open breaker: how often in a row it has opened. */
  probe: { trips: number } | null;
}

/** What proves that a delivery is this process's to move. */
export type Lease = Pick<Claimed, 'uuid' | 'leaseToken'>;

/** What a claim found: those to send now, and those held because their subscription cannot take them now. */
export interface ClaimResult {
  claimed: Claimed[];
  /** For how long those had been due, in milliseconds of the database's clock. */
  waitsMs: number[];
  held: Pick<Claimed, 'uuid' | 'subscriptionUuid' | 'tenantId'>[];
}

/** Bytes of an earlier attempt's templated body. */
export interface FrozenBody {
  body: Buffer;
  contentType: string;
}

/** What there is for a sweep to do. */
export interface Leftovers {
  /** A delivery is due, or the lease of one has ended. */
  due: boolean;
  /** An event was not woken for. */
  outbox: boolean;
  /** Deliveries are on hold, whether or not they can go on. */
  held: boolean;
  /** A part of a replay is due. */
  replays: boolean;
}

export interface ClaimTiming {
  leaseSlackMs: number;
  leaseToken: string;
}

/** The places of a process: what is left of them in all, and what one subscription may have. */
export interface Places {
  room: number;
  perSubscription: number;
}

interface ClaimRow {
  id: string;
  tenant_id: string;
  event_id: string;
  subscription_id: string;
  state: string;
  trigger: AttemptTrigger;
  attempt_count: number;
  retries_used: number;
  body_source: 'default' | 'template' | null;
  catalog_version: string;
  waited_ms: number;
}

type HeldRow = Omit<ClaimRow, 'state' | 'waited_ms'> & { start_after_ms: number; probe_trips: number | null };

/** Claims: compare-and-set on the delivery row, with a lease that only the database's clock ends. */
@Injectable()
export class ClaimStore {
  private readonly pool: Pool;
  private readonly hotPool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
    this.hotPool = hotPoolOf(dataSource);
  }

  /** Asks in one statement for what a sweep looks after, so that a process with nothing to do asks once. */
  async leftovers(): Promise<Leftovers> {
    const { rows } = await this.pool.query<Leftovers>({ name: 'leftovers', text: LEFTOVERS });
    return rows[0]!;
  }

  /**
   * Looks through up to `limit` deliveries that are due, longest overdue first: claims those there is room for, leaves those that only want
   * room as they are, and puts on hold what goes beyond one subscription's places, so that thousands of one are out of the others' way at once.
   */
  async claimDue(limit: number, timing: ClaimTiming, places: Places = { room: limit, perSubscription: limit }): Promise<ClaimResult> {
    const { rows } = await this.pool.query<ClaimRow>({
      name: 'claim-due',
      text: `WITH due AS (
          SELECT id, subscription_id, order_key, due_at FROM deliveries WHERE due_at <= now() AND state = 'pending' ORDER BY due_at LIMIT $1
          FOR UPDATE SKIP LOCKED
        ) ${claimSql('$4', '$5')}`,
      values: [limit, timing.leaseToken, timing.leaseSlackMs, places.perSubscription, places.room],
    });
    return toResult(rows, timing.leaseToken);
  }

  /** Claims those of the deliveries that are due; the others are somebody else's by now. */
  claimByIds(uuids: string[], timing: ClaimTiming): Promise<ClaimResult> {
    return this.claimThese('claim-ids', 'due_at <= now()', uuids, timing);
  }

  /** Claims those of the deliveries that are still on hold, unless it is their subscription that holds them: then they stay there. */
  claimSpilled(uuids: string[], timing: ClaimTiming): Promise<ClaimResult> {
    return this.claimThese('claim-spilled', "due_at = 'infinity'", uuids, timing);
  }

  private async claimThese(name: string, isWaiting: string, uuids: string[], timing: ClaimTiming): Promise<ClaimResult> {
    const [low, high] = bounds(uuids);
    const { rows } = await this.hotPool.query<ClaimRow>({
      name,
      text: `WITH due AS (
          SELECT id, subscription_id, order_key, due_at FROM deliveries
          WHERE id = ANY($1::uuid[]) AND id BETWEEN $4 AND $5 AND ${isWaiting} AND state = 'pending'
          ORDER BY id FOR UPDATE SKIP LOCKED
        ) ${claimSql('$6', '$6')}`,
      values: [uuids, timing.leaseToken, timing.leaseSlackMs, low, high, uuids.length],
    });
    return toResult(rows, timing.leaseToken);
  }

  /** Claims up to `limit` held deliveries of one subscription, within its shared cap, rate and breaker (see the function in the schema). */
  async claimHeld(subscriptionUuid: string, limit: number, timing: ClaimTiming & { horizonMs: number }): Promise<Claimed[]> {
    const { rows } = await this.pool.query<HeldRow>({
      name: 'claim-held-or-probe',
      text: `SELECT h.*, h.delivery_id AS id, $1::uuid AS subscription_id
        FROM claim_held_or_probe($1, $2, $3, make_interval(secs => $4::int / 1000.0), make_interval(secs => $5::int / 1000.0)) h`,
      values: [subscriptionUuid, limit, timing.leaseToken, timing.horizonMs, timing.leaseSlackMs],
    });
    return rows.map((row) => ({
      ...toClaimed(row, timing.leaseToken, row.start_after_ms),
      probe: row.probe_trips === null ? null : { trips: row.probe_trips },
    }));
  }

  /** Subscriptions that have held deliveries and could take one now, or never will (deleted: claimHeld ends them). Hops from one to the next in the index; it does not count the rows. */
  async subscriptionsToRelease(): Promise<Pick<Claimed, 'subscriptionUuid' | 'tenantId'>[]> {
    const { rows } = await this.pool.query<{ id: string; tenant_id: string }>({ name: 'held-ready', text: HELD_READY });
    return rows.map((row) => ({ subscriptionUuid: row.id, tenantId: row.tenant_id }));
  }

  /** The events of claimed deliveries and, where an earlier attempt rendered a template, the bytes it sent. */
  async loadWork(claimed: Claimed[]): Promise<{ events: Map<string, StoredEvent>; bodies: Map<string, FrozenBody> }> {
    const eventUuids = [...new Set(claimed.map((one) => one.eventUuid))];
    const retried = claimed.filter((one) => one.bodySource === 'template').map((one) => one.uuid);
    const [events, bodies] = await Promise.all([
      this.loadEvents(eventUuids),
      retried.length > 0 ? this.loadBodies(retried) : new Map<string, FrozenBody>(),
    ]);
    return { events, bodies };
  }

  private async loadEvents(uuids: string[]): Promise<Map<string, StoredEvent>> {
    const { rows } = await this.hotPool.query<EventRow>({
      name: 'load-events',
      text: `SELECT ${EVENT_COLUMNS} FROM events e WHERE e.id = ANY($1::uuid[]) AND e.id BETWEEN $2 AND $3`,
      values: [uuids, ...bounds(uuids)],
    });
    return new Map(rows.map((row) => [row.id, toStoredEvent(row)]));
  }

  private async loadBodies(uuids: string[]): Promise<Map<string, FrozenBody>> {
    const { rows } = await this.hotPool.query<{ delivery_id: string; body: Buffer; content_type: string }>({
      name: 'load-bodies',
      text: 'SELECT delivery_id, body, content_type FROM delivery_bodies WHERE delivery_id = ANY($1::uuid[]) AND delivery_id BETWEEN $2 AND $3',
      values: [uuids, ...bounds(uuids)],
    });
    return new Map(rows.map((row) => [row.delivery_id, { body: row.body, contentType: row.content_type }]));
  }

  /** Gives deliveries back unsent, as when this process stops: nothing is charged and anybody may claim them at once. */
  release(claimed: Lease[]): Promise<void> {
    return this.giveBack(claimed, 0);
  }

  /** Puts deliveries off without charging an attempt, as after a fault of our own. */
  postpone(claimed: Lease[], delayMs: number): Promise<void> {
    return this.giveBack(claimed, delayMs);
  }

  /** Puts deliveries on hold unsent: this process has no place free for their subscription. Whoever has one takes them. */
  hold(claimed: Lease[]): Promise<void> {
    return this.giveBack(claimed, null);
  }

  /** `delayMs` null: on hold. One that was expunged meanwhile ends here. A probe that is given back told nothing: another may go out in its place. */
  private async giveBack(claimed: Lease[], delayMs: number | null): Promise<void> {
    if (claimed.length === 0) return;
    await this.pool.query(
      `WITH back AS (
         UPDATE deliveries d SET state = CASE WHEN d.expunged THEN 'cancelled' ELSE 'pending' END, lease_token = NULL,
           crash_count = greatest(d.crash_count - 1, 0), reason = CASE WHEN d.expunged THEN 'expunged' END,
           ended_at = CASE WHEN d.expunged THEN now() END,
           due_at = CASE WHEN NOT d.expunged THEN coalesce(now() + make_interval(secs => $3::int / 1000.0), 'infinity') END
         FROM unnest($1::uuid[], $2::uuid[]) AS g (id, token) WHERE d.id = g.id AND d.lease_token = g.token AND d.state = 'sending'
         RETURNING d.subscription_id, g.token
       )
       UPDATE subscription_flow f SET breaker_probe_at = now(), breaker_probe_token = NULL
       FROM back WHERE f.subscription_id = back.subscription_id AND f.breaker_probe_token = back.token`,
      [claimed.map((one) => one.uuid), claimed.map((one) => one.leaseToken), delayMs],
    );
  }
}

/**
 * A subscription with a shared cap, a rate limit, an order or an open breaker, paused, switched off or suspended: its deliveries are held and go
 * through claim_held_or_probe.
 * One that was deleted while a delivery was under way wants it no more: its retry ends here.
 */
const claimSql = (perSubscription: string, room: string): string => `, judged AS (
  SELECT due.id, due.due_at, s.timeout_ms, s.catalog_version, s.deleted_at IS NOT NULL AS deleted,
    s.enabled AND s.suspended_at IS NULL AND s.deleted_at IS NULL AND s.max_concurrency IS NULL AND s.rate_limit IS NULL
      AND (f.paused_until IS NULL OR f.paused_until <= now()) AND f.breaker_probe_at IS NULL
      AND (due.order_key IS NULL OR s.ordering IS NULL)
      AND row_number() OVER (PARTITION BY due.subscription_id ORDER BY due.due_at, due.id) <= ${perSubscription}::int AS free
  FROM due JOIN subscriptions s ON s.id = due.subscription_id LEFT JOIN subscription_flow f ON f.subscription_id = s.id
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY free ORDER BY due_at, id) AS place FROM judged
)
UPDATE deliveries d SET
  state = CASE WHEN j.deleted THEN 'cancelled' WHEN j.free THEN 'sending' ELSE 'pending' END,
  reason = CASE WHEN j.deleted THEN 'subscription_deleted' END,
  ended_at = CASE WHEN j.deleted THEN now() END,
  lease_token = CASE WHEN j.free THEN $2::uuid END,
  due_at = CASE WHEN j.deleted THEN NULL WHEN j.free THEN now() + make_interval(secs => (j.timeout_ms + $3::int) / 1000.0) ELSE 'infinity' END,
  crash_count = d.crash_count + CASE WHEN j.free THEN 1 ELSE 0 END
FROM ranked j WHERE d.id = j.id AND (NOT j.free OR j.place <= ${room}::int)
RETURNING d.id, d.tenant_id, d.event_id, d.subscription_id, d.state, d.trigger, d.attempt_count, d.retries_used, d.body_source,
  j.catalog_version, extract(epoch FROM now() - j.due_at)::float8 * 1000 AS waited_ms`;

const LEFTOVERS = `
SELECT EXISTS (SELECT FROM deliveries WHERE due_at <= now()) AS due, EXISTS (SELECT FROM event_outbox WHERE due_at <= now()) AS outbox,
  EXISTS (SELECT FROM deliveries WHERE due_at = 'infinity') AS held, EXISTS (SELECT FROM replay_parts WHERE due_at <= now()) AS replays
`;

const HELD_READY = `
WITH RECURSIVE hop AS (
  (SELECT subscription_id FROM deliveries WHERE due_at = 'infinity' ORDER BY subscription_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.subscription_id FROM deliveries d WHERE d.due_at = 'infinity' AND d.subscription_id > hop.subscription_id
          ORDER BY d.subscription_id LIMIT 1)
  FROM hop WHERE hop.subscription_id IS NOT NULL
)
SELECT s.id, s.tenant_id FROM hop JOIN subscriptions s ON s.id = hop.subscription_id LEFT JOIN subscription_flow f ON f.subscription_id = s.id
WHERE s.deleted_at IS NOT NULL
  OR s.enabled AND s.suspended_at IS NULL AND (f.paused_until IS NULL OR f.paused_until <= now())
    AND (f.breaker_probe_at IS NULL OR f.breaker_probe_at <= now())
    AND (s.rate_limit IS NULL OR f.next_slot_at IS NULL OR f.next_slot_at <= now() + interval '1 second')
`;

const toClaimed = (row: Omit<ClaimRow, 'state' | 'waited_ms'>, leaseToken: string, startAfterMs: number): Claimed => ({
  uuid: row.id,
  tenantId: row.tenant_id,
  eventUuid: row.event_id,
  subscriptionUuid: row.subscription_id,
  leaseToken,
  trigger: row.trigger,
  attemptCount: row.attempt_count,
  retriesUsed: row.retries_used,
  bodySource: row.body_source,
  catalogVersion: BigInt(row.catalog_version),
  startAfterMs,
  probe: null,
});

const toResult = (rows: ClaimRow[], leaseToken: string): ClaimResult => ({
  claimed: rows.filter((row) => row.state === 'sending').map((row) => toClaimed(row, leaseToken, 0)),
  waitsMs: rows.filter((row) => row.state === 'sending').map((row) => row.waited_ms),
  held: rows
    .filter((row) => row.state === 'pending')
    .map((row) => ({
      uuid: row.id,
      subscriptionUuid: row.subscription_id,
      tenantId: row.tenant_id,
    })),
});
