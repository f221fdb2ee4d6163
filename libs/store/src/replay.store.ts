import { DomainError } from '#domain/errors.js';
import type { StoredEvent } from '#domain/event.js';
import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import type { ReplayState, SkipReason } from '#domain/replay/replay.js';
import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { audit, updateNoted } from './audit.js';
import { poolOf } from './data-source.js';
import { newUuid } from './new-id.js';
import { eventsToMatch, type PartScope } from './replay-rows.js';
import { deliveriesLookedAt, eventsLookedAt, type ReplayScope, WINDOW_OF_TENANT } from './replay-scope.js';

export interface ReplayRow extends ReplayScope {
  id: string;
  ratePerSecond: number;
  state: ReplayState;
  /** What it had to look at when it was asked for. */
  total: number;
  processed: number;
  resent: number;
  skipped: number;
  skippedBy: Partial<Record<SkipReason, number>>;
  lastError: string | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

const REPLAY_COLUMNS = `r.id, r.tenant_id AS "tenantId", r.mode, r.subscription_id AS "subscriptionUuid", r.filter, r.window_from AS "from",
  r.window_to AS "to", r.rate_per_second AS "ratePerSecond", r.state, r.total, r.processed, r.resent, r.skipped, r.skipped_by AS "skippedBy",
  r.last_error AS "lastError", r.created_at AS "createdAt", r.started_at AS "startedAt", r.ended_at AS "endedAt"`;

/** Rows that one statement counts: well within the time it has. */
const COUNT_PAGE = 50_000;

/** What people ask of replays. Always within one tenant. */
@Injectable()
export class ReplayStore {
  private readonly pool: Pool;

  constructor(private readonly dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** The window as it can be replayed: what will be accepted from now on is the fan-out's. */
  async closed<T extends ReplayScope>(scope: T): Promise<T> {
    const { rows } = await this.pool.query<{ to: Date }>('SELECT greatest($1::timestamptz, least($2::timestamptz, now())) AS to', [
      scope.from,
      scope.to,
    ]);
    return { ...scope, to: rows[0]!.to };
  }

  /**
   * How many rows the replay has to deal with (`total`), and how many of them mode `failed` would send (`sendable`).
   * Errors: `replay_too_large` when there are more than `most` in the window, whatever the filter takes of them.
   */
  async count(scope: ReplayScope, most: number = LIMITS.replayItems.max): Promise<{ total: number; sendable: number }> {
    const sum = { total: 0, sendable: 0 };
    let [after, looked]: [string | null, number] = [null, 0];
    do {
      const page = await this.countPage(scope, after, Math.min(COUNT_PAGE, most - looked + 1));
      sum.total += page.total;
      sum.sendable += page.sendable;
      looked += page.looked;
      after = page.last;
      if (looked > most) throw tooLarge(scope, most);
    } while (after !== null);
    return sum;
  }

  private async countPage(scope: ReplayScope, after: string | null, limit: number): Promise<CountPage> {
    const values: unknown[] = [scope.tenantId, after, scope.from, scope.to, limit];
    const text = scope.mode === 'failed' ? countDeliveries(scope, values) : countEvents(scope, values);
    const { rows } = await this.pool.query<CountPage>(text, values);
    const page = rows[0]!;
    return page.looked < limit ? { ...page, last: null } : page;
  }

  /** Up to `limit` events of mode `missing`, oldest first, after the event `afterUuid`, each with whether the subscription has a delivery of it. */
  eventsAfter(scope: PartScope, afterUuid: string | null, limit: number): Promise<{ event: StoredEvent; isThere: boolean }[]> {
    return eventsToMatch(this.pool, scope, afterUuid, limit);
  }

  /** Errors: `replay_overlaps` (409) naming the other, `quota_exceeded` (409). */
  async create(scope: ReplayScope, ratePerSecond: number, total: number): Promise<ReplayRow> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      // Many that come together are judged one after the other.
      await client.query(`SELECT pg_advisory_xact_lock(hashtext('tidings.replays'), hashtext($1))`, [scope.tenantId]);
      await refuseConflict(client, scope);
      const id = newUuid();
      await insert(client, id, scope, ratePerSecond, total);
      await audit(client, { tenantId: scope.tenantId, action: 'replay.created', object: formatId('rpl', id) });
      await client.query('COMMIT');
      client.release();
      return (await this.find(scope.tenantId, id))!;
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
      throw error;
    }
  }

  async find(tenantId: string, id: string): Promise<ReplayRow | null> {
    const { rows } = await this.pool.query<ReplayRow>(`SELECT ${REPLAY_COLUMNS} FROM replays r WHERE r.id = $1 AND r.tenant_id = $2`, [
      id,
      tenantId,
    ]);
    return rows[0] ?? null;
  }

  /** Newest first, before the replay `beforeUuid`. */
  async list(tenantId: string, limit: number, beforeUuid: string | null): Promise<ReplayRow[]> {
    const { rows } = await this.pool.query<ReplayRow>(
      `SELECT ${REPLAY_COLUMNS} FROM replays r WHERE r.tenant_id = $1 AND ($2::uuid IS NULL OR r.id < $2) ORDER BY r.id DESC LIMIT $3`,
      [tenantId, beforeUuid, limit],
    );
    return rows;
  }

  /** Nothing more is sent by it once this has returned; what it released goes on. Errors: `replay_ended` (409). */
  async cancel(tenantId: string, id: string): Promise<ReplayRow | null> {
    await updateNoted(
      this.dataSource,
      { tenantId, action: 'replay.cancelled', object: formatId('rpl', id) },
      `UPDATE replays SET state = 'cancelled', ended_at = now() WHERE id = $1 AND tenant_id = $2 AND ended_at IS NULL RETURNING id`,
      [id, tenantId],
    );
    const row = await this.found(tenantId, id, ['cancelled']);
    // By now nobody looks at them any more, so a statement of their own is soon enough.
    if (row) await this.pool.query('DELETE FROM replay_parts WHERE replay_id = $1', [id]);
    return row;
  }

  /** As cancel, until it is resumed. */
  async pause(tenantId: string, id: string): Promise<ReplayRow | null> {
    await updateNoted(
      this.dataSource,
      { tenantId, action: 'replay.paused', object: formatId('rpl', id) },
      `UPDATE replays SET state = 'paused' WHERE id = $1 AND tenant_id = $2 AND state IN ('queued', 'running') RETURNING id`,
      [id, tenantId],
    );
    return this.found(tenantId, id, ['paused']);
  }

  /** Goes on where it was. Errors: `replay_ended` (409). */
  async resume(tenantId: string, id: string): Promise<ReplayRow | null> {
    const isResumed = await updateNoted(
      this.dataSource,
      { tenantId, action: 'replay.resumed', object: formatId('rpl', id) },
      `UPDATE replays SET state = CASE WHEN started_at IS NULL THEN 'queued' ELSE 'running' END
       WHERE id = $1 AND tenant_id = $2 AND state = 'paused' RETURNING id`,
      [id, tenantId],
    );
    // A step that the pause turned away has left its lease behind.
    if (isResumed) await this.pool.query('UPDATE replay_parts SET due_at = now(), lease_token = NULL WHERE replay_id = $1', [id]);
    return this.found(tenantId, id, ['queued', 'running']);
  }

  /** Asking twice is asking once. Null when there is no such replay. */
  private async found(tenantId: string, id: string, expected: ReplayState[]): Promise<ReplayRow | null> {
    const row = await this.find(tenantId, id);
    if (row && row.endedAt !== null && !expected.includes(row.state))
      throw new DomainError('replay_ended', `The replay is ${row.state} and cannot be changed.`);
    return row;
  }
}

interface CountPage {
  looked: number;
  total: number;
  sendable: number;
  last: string | null;
}

/** What a replay sends to: a subscription that is there and switched on. */
const IS_SERVED = 's.deleted_at IS NULL AND s.enabled AND s.suspended_at IS NULL';

function countDeliveries({ filter, subscriptionUuid }: ReplayScope, values: unknown[]): string {
  const ofSubscription = subscriptionUuid === null ? '' : `AND d.subscription_id = $${values.push(subscriptionUuid)}`;
  const { join, isMatch } = deliveriesLookedAt(filter, values);
  return `WITH page AS MATERIALIZED (
      SELECT d.id, d.event_id, d.event_type, d.subscription_id, d.state, d.reason, d.expunged FROM deliveries d
      WHERE ${WINDOW_OF_TENANT('d')} ${ofSubscription} ORDER BY d.id LIMIT $5
    ), matched AS (SELECT d.state, d.subscription_id, d.expunged FROM page d ${join} WHERE ${isMatch})
    SELECT (SELECT count(*)::int FROM page) AS looked, (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last, count(*)::int AS total,
      (count(*) FILTER (WHERE m.state NOT IN ('pending', 'sending') AND NOT m.expunged AND ${IS_SERVED}))::int AS sendable
    FROM matched m LEFT JOIN subscriptions s ON s.id = m.subscription_id`;
}

function countEvents({ filter }: ReplayScope, values: unknown[]): string {
  const isMatch = eventsLookedAt(filter, values);
  return `WITH page AS MATERIALIZED (
      SELECT e.id, e.type, e.resource_type, e.resource_id FROM events e WHERE ${WINDOW_OF_TENANT('e')} ORDER BY e.id LIMIT $5
    )
    SELECT count(*)::int AS looked, (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last,
      (count(*) FILTER (WHERE ${isMatch}))::int AS total, 0 AS sendable FROM page e`;
}

/** Two replays of one mode over the same time and the same subscription would do the same work twice. */
async function refuseConflict(client: PoolClient, { tenantId, mode, subscriptionUuid, from, to }: ReplayScope): Promise<void> {
  const { rows } = await client.query<{ id: string; overlaps: boolean }>(
    `SELECT id, mode = $2 AND (subscription_id IS NULL OR $3::uuid IS NULL OR subscription_id = $3)
        AND tstzrange(window_from, window_to, '[]') && tstzrange($4, $5, '[]') AS overlaps
     FROM replays WHERE tenant_id = $1 AND ended_at IS NULL`,
    [tenantId, mode, subscriptionUuid, from, to],
  );
  const other = rows.find(({ overlaps }) => overlaps);
  if (other)
    throw new DomainError(
      'replay_overlaps',
      `The replay ${formatId('rpl', other.id)} of the same mode covers a part of this window and has not ended.`,
    );
  if (rows.length >= LIMITS.openReplays.max)
    throw new DomainError('quota_exceeded', `A tenant has at most ${LIMITS.openReplays.max} replays that have not ended.`);
}

/** Its parts: the one subscription, or all that have deliveries in the window. Without any there is nothing to do. */
async function insert(client: PoolClient, id: string, scope: ReplayScope, ratePerSecond: number, total: number): Promise<void> {
  const { tenantId, mode, subscriptionUuid, filter, from, to } = scope;
  await client.query(
    `INSERT INTO replays (id, tenant_id, mode, subscription_id, filter, window_from, window_to, rate_per_second, total)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, tenantId, mode, subscriptionUuid, JSON.stringify(filter), from, to, ratePerSecond, total],
  );
  const { rowCount } = await client.query(
    `INSERT INTO replay_parts (replay_id, subscription_id, position)
     SELECT $1, s.id, uuid_floor($4) FROM subscriptions s WHERE s.tenant_id = $2 AND (s.id = $3 OR $3::uuid IS NULL AND EXISTS (
       SELECT FROM deliveries d WHERE d.subscription_id = s.id AND d.id >= uuid_floor($4) AND d.id < uuid_floor($5)))`,
    [id, tenantId, subscriptionUuid, from, to],
  );
  if (rowCount === 0) await client.query(`UPDATE replays SET state = 'done', started_at = now(), ended_at = now() WHERE id = $1`, [id]);
}

const tooLarge = ({ mode }: ReplayScope, most: number): DomainError =>
  new DomainError(
    'replay_too_large',
    `There are more than ${most} ${mode === 'failed' ? 'deliveries' : 'events'} in this window. Choose a shorter one.`,
  );
