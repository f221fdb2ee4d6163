import type { AttemptOutcome, DeliveryState, EndReason } from '#domain/delivery.js';
import type { Outcome } from '#domain/outcome.js';
import type { SendResult } from '#domain/send-result.js';
import { formatId } from '#domain/ids.js';
import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { Claimed, FrozenBody } from './claim.store.js';
import { audit } from './audit.js';
import { byteaArray } from './bytea-array.js';
import { hotPoolOf, poolOf } from './data-source.js';
import { bounds } from './fanout.store.js';
import { GroupCommit } from './group-commit.js';
import { insertCallback } from './outbound-request.store.js';
import { isSharedFault } from './storage-error.js';

/** One attempt that has its outcome, ready to be written down. */
export interface FinishedAttempt {
  claim: Claimed;
  attemptUuid: string;
  startedAt: Date;
  /** As it was sent, secrets masked; null when there was nothing to send (a template did not render). */
  request: { method: string; url: string; headers: Record<string, string | string[]> } | null;
  result: SendResult;
  outcome: Outcome;
  /** Which body it sent; null when it sent none. */
  bodySource: 'default' | 'template' | null;
  /** The templated body this attempt sent, when it was the first to render it. */
  freeze: FrozenBody | null;
  /** Whether the subscription's callback is told of it. */
  isReported?: boolean;
  /** Whether another delivery may not go before this is written down. */
  isAwaited?: boolean;
}

/** `recorded`: the outcome stands. `late`: the lease had passed to another, so the attempt was noted and nothing else was touched. */
export type Recorded = 'recorded' | 'late';

/** Writes attempts and the states they lead to, many in one statement; the holder of the lease alone may move a delivery. */
@Injectable()
export class RecordStore {
  private readonly pool: Pool;
  private readonly commits: GroupCommit<FinishedAttempt, Recorded>;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
    const hotPool = hotPoolOf(dataSource);
    this.commits = new GroupCommit((batch) => write(hotPool, batch), {
      maxBatch: 200,
      maxInFlight: 2,
      // Until it is written an attempt holds its place, no more.
      spacing: { ms: 10, after: 1, isAwaited: (attempt) => attempt.isAwaited ?? false },
      keyOf: (attempt) => attempt.claim.uuid,
      isShared: isSharedFault,
    });
  }

  /** Idempotent per lease: writing the same attempt again finds the lease gone and changes nothing. */
  record(attempt: FinishedAttempt): Promise<Recorded> {
    return attempt.isReported || hasEffects(attempt.outcome) ? this.recordWithEffects(attempt) : this.commits.submit(attempt);
  }

  /** An outcome that also touches its subscription, or that a callback is told of: all or nothing. */
  private async recordWithEffects(attempt: FinishedAttempt): Promise<Recorded> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const [recorded] = await write(client, [attempt]);
      if (recorded === 'recorded') await applyEffects(client, attempt);
      if (recorded === 'recorded' && attempt.isReported) await insertCallback(client, attempt.claim);
      await client.query('COMMIT');
      client.release();
      return recorded!;
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
      throw error;
    }
  }

  /**
   * Takes back deliveries whose lease ran out: their process died or hung. The attempt is noted as `interrupted` and charged to nobody;
   * the third time in a row the delivery is taken for poison and ends.
   */
  async recoverExpired(limit: number, leaseSlackMs: number): Promise<{ recovered: number; poisoned: number }> {
    const { rows } = await this.pool.query<{ state: DeliveryState }>({ name: 'recover', text: RECOVER, values: [limit, leaseSlackMs] });
    const poisoned = rows.filter((row) => row.state === 'failed').length;
    return { recovered: rows.length - poisoned, poisoned };
  }
}

const hasEffects = (outcome: Outcome): boolean => {
  switch (outcome.kind) {
    case 'delivered':
      return false;
    case 'retry':
      return outcome.pauseSeconds !== null;
    case 'failed':
    case 'diverted':
      return outcome.suspend || outcome.alert;
    case 'refused':
      return true;
  }
};

async function applyEffects(client: PoolClient, { outcome, claim }: FinishedAttempt): Promise<void> {
  const subscription = [claim.subscriptionUuid];
  const note = (action: 'subscription.disabled' | 'subscription.suspended') =>
    audit(client, { tenantId: claim.tenantId, action, object: formatId('sub', claim.subscriptionUuid) });
  if (outcome.kind === 'retry') {
    await client.query(
      `INSERT INTO subscription_flow (subscription_id, paused_until) VALUES ($1, now() + make_interval(secs => $2))
       ON CONFLICT (subscription_id) DO UPDATE SET paused_until = greatest(subscription_flow.paused_until, excluded.paused_until)`,
      [claim.subscriptionUuid, outcome.pauseSeconds],
    );
  } else if (outcome.kind === 'refused') {
    const disabled = await client.query(
      `UPDATE subscriptions SET enabled = false, suspended_reason = 'gone' WHERE id = $1 AND enabled`,
      subscription,
    );
    if (disabled.rowCount === 1) await note('subscription.disabled');
    await client.query(
      `UPDATE deliveries SET state = 'cancelled', reason = 'subscription_gone', due_at = NULL, ended_at = now()
       WHERE subscription_id = $1 AND due_at IS NOT NULL AND state = 'pending'`,
      subscription,
    );
  } else if (outcome.kind === 'failed' || outcome.kind === 'diverted') {
    if (outcome.suspend) {
      const suspended = await client.query(
        'UPDATE subscriptions SET suspended_at = now(), suspended_reason = $2 WHERE id = $1 AND suspended_at IS NULL',
        [claim.subscriptionUuid, outcome.reason],
      );
      if (suspended.rowCount === 1) await note('subscription.suspended');
    }
    if (outcome.alert) {
      await client.query('INSERT INTO alerts (delivery_id, subscription_id, tenant_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        claim.uuid,
        claim.subscriptionUuid,
        claim.tenantId,
      ]);
    }
  }
}

/** Where an outcome leads: the state, its reason, and for a retry the wait. */
function destination(outcome: Outcome): { state: DeliveryState; reason: EndReason | null; delaySeconds: number | null } {
  if (outcome.kind === 'retry') return { state: 'pending', reason: null, delaySeconds: outcome.delaySeconds };
  return { state: outcome.kind, reason: outcome.reason, delaySeconds: null };
}

async function write(db: Pool | PoolClient, batch: FinishedAttempt[]): Promise<Recorded[]> {
  const column = (pick: (attempt: FinishedAttempt) => unknown): unknown[] => batch.map(pick);
  const response = (attempt: FinishedAttempt) => (attempt.result.kind === 'response' ? attempt.result : null);
  const failure = (attempt: FinishedAttempt) => (attempt.result.kind === 'failure' ? attempt.result : null);
  const { rows } = await db.query<{ id: string }>({
    name: 'record',
    text: RECORD,
    values: [
      column((a) => a.claim.uuid),
      column((a) => a.claim.leaseToken),
      column((a) => destination(a.outcome).state),
      column((a) => destination(a.outcome).reason),
      column((a) => destination(a.outcome).delaySeconds),
      column((a) => a.attemptUuid),
      column((a) => a.claim.trigger),
      column((a) => a.outcome.kind satisfies AttemptOutcome),
      column((a) => a.startedAt),
      column((a) => JSON.stringify(a.result.timings)),
      column((a) => a.request?.method ?? null),
      column((a) => a.request?.url ?? null),
      column((a) => (a.request ? JSON.stringify(a.request.headers) : null)),
      column((a) => response(a)?.status ?? null),
      column((a) => (response(a) ? JSON.stringify(response(a)!.headers) : null)),
      byteaArray(batch.map((a) => response(a)?.bodyPrefix ?? null)),
      column((a) => response(a)?.truncated ?? false),
      column((a) => failure(a)?.code ?? null),
      column((a) => failure(a)?.message ?? null),
      byteaArray(batch.map((a) => a.freeze?.body ?? null)),
      column((a) => a.freeze?.contentType ?? null),
      column((a) => a.bodySource),
      ...bounds(batch.map((attempt) => attempt.claim.uuid)),
    ],
  });
  const recorded = new Set(rows.map((row) => row.id));
  return batch.map((attempt) => (recorded.has(attempt.claim.uuid) ? 'recorded' : 'late'));
}

/** What was under way when its event was expunged leaves nothing of it behind: the row of the delivery says so when the attempt is written down. */
const unlessExpunged = (column: string): string => `CASE WHEN NOT n.expunged THEN g.${column} END`;

const RECORD = `
WITH given AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::uuid[], $7::text[], $8::text[], $9::timestamptz[],
    $10::jsonb[], $11::text[], $12::text[], $13::jsonb[], $14::smallint[], $15::jsonb[], $16::bytea[], $17::boolean[], $18::text[], $19::text[],
    $20::bytea[], $21::text[], $22::text[])
    AS g (id, token, state, reason, delay_seconds, attempt_id, trigger, outcome, started_at, timings, method, url, request_headers,
          status, response_headers, response_body, response_truncated, error_code, error_message, body, content_type, body_source)
), moved AS (
  UPDATE deliveries d SET
    state = CASE WHEN d.expunged AND g.state = 'pending' THEN 'cancelled' ELSE g.state END,
    reason = CASE WHEN d.expunged AND g.state = 'pending' THEN 'expunged' ELSE g.reason END,
    trigger = 'schedule',
    attempt_count = d.attempt_count + 1,
    retries_used = d.retries_used + 1,
    due_at = CASE WHEN NOT d.expunged THEN now() + make_interval(secs => g.delay_seconds) END,
    lease_token = NULL,
    crash_count = 0,
    last_status = g.status,
    last_error = g.error_code,
    body_source = coalesce(d.body_source, g.body_source),
    first_attempt_at = coalesce(d.first_attempt_at, g.started_at),
    ended_at = CASE WHEN g.state <> 'pending' OR d.expunged THEN now() END
  FROM given g WHERE d.id = g.id AND d.id BETWEEN $23 AND $24 AND d.lease_token = g.token AND d.state = 'sending'
  RETURNING d.id, d.attempt_count, d.expunged
), fenced AS (
  UPDATE deliveries d SET attempt_count = d.attempt_count + 1
  FROM given g WHERE d.id = g.id AND d.id BETWEEN $23 AND $24 AND g.id NOT IN (SELECT id FROM moved)
  RETURNING d.id, d.attempt_count, d.expunged
), noted AS (
  INSERT INTO attempts (delivery_id, number, id, trigger, outcome, started_at, timings, method, url, request_headers, status, response_headers,
                        response_body, response_truncated, error_code, error_message)
  SELECT g.id, n.attempt_count, g.attempt_id, g.trigger, n.outcome, g.started_at, g.timings, g.method, ${unlessExpunged('url')},
         ${unlessExpunged('request_headers')}, g.status, ${unlessExpunged('response_headers')}, ${unlessExpunged('response_body')},
         g.response_truncated, g.error_code, ${unlessExpunged('error_message')}
  FROM (SELECT m.id, m.attempt_count, m.expunged, i.outcome FROM moved m JOIN given i USING (id)
        UNION ALL SELECT id, attempt_count, expunged, 'late' FROM fenced) n
  JOIN given g USING (id)
), frozen AS (
  INSERT INTO delivery_bodies (delivery_id, body, content_type) SELECT id, body, content_type FROM given
  WHERE body IS NOT NULL AND id NOT IN (SELECT id FROM moved WHERE expunged UNION ALL SELECT id FROM fenced WHERE expunged)
  ON CONFLICT (delivery_id) DO NOTHING
)
SELECT id FROM moved
`;

const POISON_AFTER = 3;

const RECOVER = `
WITH expired AS (
  SELECT id, due_at FROM deliveries WHERE due_at <= now() AND state = 'sending' ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
), back AS (
  UPDATE deliveries d SET
    state = CASE WHEN d.crash_count >= ${POISON_AFTER} THEN 'failed' WHEN d.expunged THEN 'cancelled' ELSE 'pending' END,
    reason = CASE WHEN d.crash_count >= ${POISON_AFTER} THEN 'poison' WHEN d.expunged THEN 'expunged' END,
    due_at = CASE WHEN d.crash_count < ${POISON_AFTER} AND NOT d.expunged THEN now() END,
    ended_at = CASE WHEN d.crash_count >= ${POISON_AFTER} OR d.expunged THEN now() END,
    lease_token = NULL,
    attempt_count = d.attempt_count + 1
  FROM expired WHERE d.id = expired.id
  RETURNING d.id, d.attempt_count, d.trigger, d.state, d.subscription_id, expired.due_at AS lease_ended
), noted AS (
  INSERT INTO attempts (delivery_id, number, id, trigger, outcome, started_at, timings, error_code, error_message)
  SELECT b.id, b.attempt_count, gen_random_uuid(), b.trigger, 'interrupted',
    b.lease_ended - make_interval(secs => (coalesce(s.timeout_ms, 0) + $2::int) / 1000.0), '{}', 'interrupted',
    'The process that made this attempt did not report back.'
  FROM back b LEFT JOIN subscriptions s ON s.id = b.subscription_id
)
SELECT state FROM back
`;
