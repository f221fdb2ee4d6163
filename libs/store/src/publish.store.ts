import { DomainError } from '#domain/errors.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { byteaArray } from './bytea-array.js';
import { hotPoolOf } from './data-source.js';
import { headerKey, ownIdKey, publicEventId } from './event.store.js';
import { GroupCommit } from './group-commit.js';
import { retryOvertaken } from './retry-overtaken.js';
import { isSharedFault, storageError } from './storage-error.js';

export interface NewEvent {
  uuid: string;
  tenantId: string;
  /** The publisher's own id, or null. */
  ownId: string | null;
  /** The Idempotency-Key header, or null. Not both: an own id is its own key. */
  idempotencyKey: string | null;
  /** SHA-256 of what was asked, to tell a repeat from a reuse of the key. */
  fingerprint: Buffer;
  type: string;
  topic: string | null;
  app: string | null;
  resourceType: string | null;
  resourceId: string | null;
  requestId: string | null;
  /** ISO 8601; null: the moment it was accepted. */
  occurredAt: string | null;
  raw: Buffer;
  dataStart: number;
  dataEnd: number;
  /** How often it has come out of this service and in again; absent: never. */
  hops?: number;
  /** The W3C `traceparent` of the span that publishes it; null or absent: without traces. */
  traceparent?: string | null;
}

export type Published =
  /** Committed just now. */
  | { kind: 'accepted'; uuid: string; id: string; acceptedAt: string }
  /** The same request was committed before; this is what it came to. */
  | { kind: 'duplicate'; uuid: string; id: string; acceptedAt: string };

/** A refusal of one event is a result of the batch, not its failure: its neighbours have been committed. */
type Result = Published | { kind: 'refused'; error: DomainError };

/** Fail-points around the commit, for the tests that kill the process there. */
export interface CommitHooks {
  beforeCommit?(): void;
  afterCommit?(): void;
}

const IDEMPOTENCY_HOURS = 24;
const ANSWER_WITHIN_MS = 6_000;

/**
 * Stores events, their idempotency keys and their outbox markers: one statement, which is one transaction, for all publishes that arrive
 * together. What it returns for has been committed.
 */
@Injectable()
export class PublishStore {
  private readonly pool: Pool;
  private readonly commits: GroupCommit<NewEvent, Result>;
  hooks: CommitHooks = {};
  /** How long an event waits for its wake-up before the sweep takes it, in milliseconds. */
  outboxGraceMs = 2_000;

  constructor(dataSource: DataSource) {
    this.pool = hotPoolOf(dataSource);
    this.commits = new GroupCommit((events) => retryOvertaken(() => this.insert(events)), {
      maxBatch: 200,
      maxInFlight: 2,
      // Every publisher waits for its answer, so one or two of them never wait for others.
      spacing: { ms: 5, after: 3 },
      keyOf: (event) => keyOf(event) && `${event.tenantId} ${keyOf(event)}`,
      isShared: isSharedFault,
    });
  }

  /**
   * Errors: `idempotency_key_reused` (422) when the key stands for another request, `busy` (409) while the first request with that key is
   * still under way, `storage_unavailable`, `overloaded`.
   */
  async publish(event: NewEvent): Promise<Published> {
    const result = await this.commits.submit(event).catch((error: unknown) => {
      throw storageError(error);
    });
    if (result.kind === 'refused') throw result.error;
    return result;
  }

  private async insert(events: NewEvent[]): Promise<Result[]> {
    // One lock order for all writers: two batches that share keys wait for each other instead of deadlocking.
    const ordered = events.toSorted((a, b) => compare(keyOf(a) ?? '', keyOf(b) ?? ''));
    this.hooks.beforeCommit?.();
    // Named in a variable because pg's types do not know query_timeout: a connection that went silent must not hold up its publishers.
    const statement = { name: 'publish', text: INSERT, values: this.columns(ordered), query_timeout: ANSWER_WITHIN_MS };
    const { rows } = await this.pool.query<{ id: string; accepted_at: Date }>(statement);
    this.hooks.afterCommit?.();
    const accepted = new Map(rows.map((row) => [row.id, row.accepted_at]));
    const results: Result[] = [];
    for (const event of events) {
      const at = accepted.get(event.uuid);
      results.push(
        at
          ? { kind: 'accepted', uuid: event.uuid, id: publicEventId(event.uuid, event.ownId), acceptedAt: at.toISOString() }
          : await this.repeatOf(event),
      );
    }
    return results;
  }

  private columns(events: NewEvent[]): unknown[] {
    const column = (pick: (event: NewEvent) => unknown): unknown[] => events.map(pick);
    return [
      column((e) => e.uuid),
      column((e) => e.tenantId),
      column((e) => e.ownId),
      column(keyOf),
      byteaArray(events.map((e) => e.fingerprint)),
      column((e) => e.type),
      column((e) => e.topic),
      column((e) => e.app),
      column((e) => e.resourceType),
      column((e) => e.resourceId),
      column((e) => e.occurredAt),
      byteaArray(events.map((e) => e.raw)),
      column((e) => e.dataStart),
      column((e) => e.dataEnd),
      this.outboxGraceMs,
      IDEMPOTENCY_HOURS,
      column((e) => e.requestId),
      column((e) => e.hops ?? 0),
      column((e) => e.traceparent ?? null),
    ];
  }

  /** The key was taken: by the same request, which is answered again, or by another, which is refused. */
  private async repeatOf(event: NewEvent): Promise<Result> {
    const { rows } = await this.pool.query<{ id: string; public_id: string | null; accepted_at: Date; fingerprint: Buffer }>(
      `SELECT e.id, e.public_id, e.accepted_at, k.fingerprint FROM event_keys k JOIN events e ON e.id = k.event_id
       WHERE k.tenant_id = $1 AND k.key = $2`,
      [event.tenantId, keyOf(event)],
    );
    const first = rows[0];
    if (!first) return refused('busy', 'Another request with this idempotency key is under way. Try again.');
    if (!first.fingerprint.equals(event.fingerprint)) {
      return refused('idempotency_key_reused', 'This idempotency key (or event id) was used before for a different request.');
    }
    return { kind: 'duplicate', uuid: first.id, id: publicEventId(first.id, first.public_id), acceptedAt: first.accepted_at.toISOString() };
  }
}

const keyOf = (event: NewEvent): string | null =>
  event.ownId !== null ? ownIdKey(event.ownId) : event.idempotencyKey !== null ? headerKey(event.idempotencyKey) : null;

const refused = (code: string, message: string): Result => ({ kind: 'refused', error: new DomainError(code, message) });

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A key older than its time is taken over by the new event; an own id never is. */
const INSERT = `
WITH given AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::timestamptz[], $12::bytea[], $13::int[], $14::int[], $17::text[], $18::smallint[], $19::text[])
    AS g (id, tenant_id, public_id, key, fingerprint, type, topic, app, resource_type, resource_id, occurred_at, raw, data_start, data_end, request_id,
      hops, traceparent)
), claimed AS (
  INSERT INTO event_keys (tenant_id, key, event_id, fingerprint)
  SELECT tenant_id, key, id, fingerprint FROM given WHERE key IS NOT NULL
  ON CONFLICT (tenant_id, key) DO UPDATE SET event_id = excluded.event_id, fingerprint = excluded.fingerprint, created_at = now()
    WHERE event_keys.key LIKE 'k:%' AND event_keys.created_at < now() - make_interval(hours => $16::int)
  RETURNING event_id
), stored AS (
  INSERT INTO events (id, tenant_id, public_id, type, topic, app, resource_type, resource_id, occurred_at, raw, data_start, data_end, request_id,
    hops, traceparent)
  SELECT id, tenant_id, public_id, type, topic, app, resource_type, resource_id, coalesce(occurred_at, now()), raw, data_start, data_end,
    request_id, hops, traceparent
  FROM given WHERE key IS NULL OR id IN (SELECT event_id FROM claimed)
  RETURNING id, tenant_id, accepted_at
), marked AS (
  INSERT INTO event_outbox (event_id, tenant_id, due_at) SELECT id, tenant_id, now() + make_interval(secs => $15::int / 1000.0) FROM stored
)
SELECT id, accepted_at FROM stored
`;
