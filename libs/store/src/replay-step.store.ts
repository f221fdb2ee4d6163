import type { StoredEvent } from '#domain/event.js';
import { creditAfter, tokensOf, untilTokensMs } from '#domain/replay/pace.js';
import { type Cut, cut, type Looked, type ReplayState, type SkipReason } from '#domain/replay/replay.js';
import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';
import { type PartScope, deliver, eventsToMatch, lookAtDeliveries, sendAgain } from './replay-rows.js';
import type { ReplayScope } from './replay-scope.js';

/** The part of a replay that concerns one subscription, under this process's lease. */
export interface ClaimedPart {
  replayUuid: string;
  leaseToken: string;
  /** With the part's own subscription. */
  scope: PartScope;
  position: string;
  /** Whether this claim is the replay's first. */
  hasBegun: boolean;
  /** Versions of the tenant's catalog as of the claim. */
  catalogVersion: bigint;
  registryVersion: bigint;
}

/** What waits before a replay, and the bounds that its subscription sets. Counts stop at the limit asked for. */
export interface Waiting {
  /** Whether the subscription gets anything now; what it does not get needs no place. */
  isServed: boolean;
  due: number;
  held: number;
  maxConcurrency: number | null;
  rateLimit: { limit: number; windowSeconds: number } | null;
}

/** `lost`: the replay was stopped or the lease is another's by now; nothing was written. */
export type Step = { kind: 'lost' } | { kind: 'moved'; released: string[]; progress: Progress };

/** The replay's counters and state after a step. */
export interface Progress {
  state: ReplayState;
  processed: number;
  resent: number;
  skipped: number;
}

/** Says of an event whether the subscription would have wanted it, and in how many milliseconds its delivery is due. */
export interface Wish {
  wants(event: StoredEvent): boolean;
  firstDelayMs: number;
}

/** Rows looked at in one step. An event comes with its bytes. */
const DELIVERIES_PER_STEP = 1_000;
const EVENTS_PER_STEP = 100;
/** A publish that began before a window's end may commit this much later: no statement may take longer. Until then the end stays open. */
const SETTLE_MS = 5_000;
const MAX_FAULTS = 10;

/**
 * The way of a replay through its window: one step, one transaction. So a process that dies between steps neither loses nor repeats
 * anything. Whatever locks both locks the part before its replay.
 */
@Injectable()
export class ReplayStepStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Takes the part that is due longest; null when none is. */
  async claim(leaseToken: string, leaseMs: number): Promise<ClaimedPart | null> {
    const { rows } = await this.pool.query<PartRow>({ name: 'replay-claim', text: CLAIM, values: [leaseToken, leaseMs] });
    const row = rows[0];
    if (!row) return null;
    const { replayUuid, position, hasBegun, catalogVersion, registryVersion, ...scope } = row;
    const versions = { catalogVersion: BigInt(catalogVersion), registryVersion: BigInt(registryVersion) };
    return { replayUuid, leaseToken, position, hasBegun, ...versions, scope };
  }

  async waiting(subscriptionUuid: string, countTo: number): Promise<Waiting> {
    const { rows } = await this.pool.query<Omit<Waiting, 'rateLimit'> & { limit: number | null; windowSeconds: number }>({
      name: 'replay-waiting',
      text: `SELECT s.deleted_at IS NULL AND s.enabled AND s.suspended_at IS NULL AS "isServed", s.max_concurrency AS "maxConcurrency", s.rate_limit AS limit, s.rate_window_seconds AS "windowSeconds",
          (SELECT count(*)::int FROM (SELECT FROM deliveries WHERE due_at <= now() AND state = 'pending' LIMIT $2) d) AS due,
          (SELECT count(*)::int FROM (SELECT FROM deliveries WHERE due_at = 'infinity' AND subscription_id = $1 LIMIT $2) d) AS held
        FROM subscriptions s WHERE s.id = $1`,
      values: [subscriptionUuid, countTo],
    });
    const { limit, windowSeconds, ...rest } = rows[0]!;
    return { ...rest, rateLimit: limit === null ? null : { limit, windowSeconds } };
  }

  /** Leaves a part alone for a while. */
  async putOff({ replayUuid, scope, leaseToken }: ClaimedPart, delayMs: number): Promise<void> {
    await this.pool.query({
      name: 'replay-put-off',
      text: `UPDATE replay_parts SET lease_token = NULL, due_at = now() + make_interval(secs => $4::int / 1000.0)
        WHERE replay_id = $1 AND subscription_id = $2 AND lease_token = $3`,
      values: [replayUuid, scope.subscriptionUuid, leaseToken, delayMs],
    });
  }

  /** Puts a part off after a fault of our own; the tenth in a row, or one that `isFatal`, ends the replay. Resolves to whether it ended. */
  async fault({ replayUuid, scope, leaseToken }: ClaimedPart, code: string, delayMs: number, isFatal: boolean): Promise<boolean> {
    const { rows } = await this.pool.query<{ ended: boolean }>(
      `WITH part AS (
         UPDATE replay_parts SET lease_token = NULL, due_at = now() + make_interval(secs => $5::int / 1000.0), faults = faults + 1
         WHERE replay_id = $1 AND subscription_id = $2 AND lease_token = $3 RETURNING $6::boolean OR faults >= ${MAX_FAULTS} AS ended
       ) UPDATE replays r SET last_error = $4, state = CASE WHEN part.ended THEN 'failed' ELSE r.state END,
           ended_at = CASE WHEN part.ended THEN now() END
         FROM part WHERE r.id = $1 AND r.ended_at IS NULL RETURNING part.ended`,
      [replayUuid, scope.subscriptionUuid, leaseToken, code, delayMs, isFatal],
    );
    if (rows[0]?.ended) await this.pool.query('DELETE FROM replay_parts WHERE replay_id = $1', [replayUuid]);
    return rows[0]?.ended ?? false;
  }

  /** Mode `failed`: puts up to `most` of the next deliveries back to the start. */
  stepFailed(part: ClaimedPart, most: number): Promise<Step> {
    return this.step(part, most, async (client, { inactive }, tokens) => {
      const looked = await lookAtDeliveries(client, part.scope, part.position, DELIVERIES_PER_STEP, inactive);
      const plan = cut(looked, tokens);
      const released = plan.send.length === 0 ? [] : await sendAgain(client, part.scope, plan.send);
      return { ...settled(plan, released, 'not_ended'), isLast: plan.isWhole && looked.length < DELIVERIES_PER_STEP, settlesInMs: 0 };
    });
  }

  /** Mode `missing`: makes up to `most` deliveries of the next events. */
  stepMissing(part: ClaimedPart, most: number, wish: Wish): Promise<Step> {
    return this.step(part, most, async (client, { inactive, settlesInMs }, tokens) => {
      const looked = await eventsToMatch(client, part.scope, part.position, EVENTS_PER_STEP);
      const verdict = ({ event, isThere }: (typeof looked)[number]): Looked['verdict'] =>
        isThere ? 'already_there' : event.expungedAt ? 'expunged' : (inactive ?? (wish.wants(event) ? 'send' : 'not_wanted'));
      const plan = cut(
        looked.map((one) => ({ id: one.event.uuid, verdict: verdict(one) })),
        tokens,
      );
      const released = plan.send.length === 0 ? [] : await deliver(client, part.scope, plan.send, wish.firstDelayMs);
      return { ...settled(plan, released, 'already_there'), isLast: plan.isWhole && looked.length < EVENTS_PER_STEP, settlesInMs };
    });
  }

  private async step(part: ClaimedPart, most: number, work: Work): Promise<Step> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const replay = await lock(client, part);
      const step = replay ? await move(client, part, replay, most, work) : ({ kind: 'lost' } as const);
      await client.query('COMMIT');
      client.release();
      return step;
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
      throw error;
    }
  }
}

interface PartRow extends ReplayScope {
  replayUuid: string;
  subscriptionUuid: string;
  position: string;
  hasBegun: boolean;
  catalogVersion: string;
  registryVersion: string;
}

/** A replay as its step finds it, locked. */
interface LockedReplay {
  ratePerSecond: number;
  creditMs: number;
  skippedBy: Partial<Record<SkipReason, number>>;
  /** Why the subscription gets nothing now; null: it does. */
  inactive: SkipReason | null;
  /** Until no publish of the window can be under way any more. */
  settlesInMs: number;
}

interface Done {
  position: string | null;
  released: string[];
  skipped: Partial<Record<SkipReason, number>>;
  /** Whether everything was dealt with that is there by now. */
  isLast: boolean;
  settlesInMs: number;
  isWhole: boolean;
}

type Work = (client: PoolClient, replay: LockedReplay, tokens: number) => Promise<Done>;

const CLAIM = `
WITH due AS (
  SELECT p.replay_id, p.subscription_id FROM replay_parts p JOIN replays r ON r.id = p.replay_id
  WHERE p.due_at <= now() AND r.state IN ('queued', 'running') ORDER BY p.due_at LIMIT 1 FOR UPDATE OF p SKIP LOCKED
), begun AS (
  UPDATE replays r SET state = 'running', started_at = now(), next_slot_at = now() FROM due WHERE r.id = due.replay_id AND r.state = 'queued' RETURNING r.id
)
UPDATE replay_parts p SET lease_token = $1, due_at = now() + make_interval(secs => $2::int / 1000.0)
FROM due JOIN replays r ON r.id = due.replay_id JOIN tenants t ON t.id = r.tenant_id
WHERE p.replay_id = due.replay_id AND p.subscription_id = due.subscription_id
RETURNING r.id AS "replayUuid", r.tenant_id AS "tenantId", r.mode, r.filter, r.window_from AS "from", r.window_to AS "to",
  p.subscription_id AS "subscriptionUuid", p.position, EXISTS (SELECT FROM begun) AS "hasBegun",
  t.catalog_version AS "catalogVersion", t.registry_version AS "registryVersion"`;

/** The lease is still this one's and the replay goes on: nobody can stop it, or take the part, before this transaction ends. */
async function lock(client: PoolClient, { replayUuid, scope, leaseToken }: ClaimedPart): Promise<LockedReplay | null> {
  const { rows } = await client.query<LockedReplay>({
    name: 'replay-lock',
    text: `SELECT r.rate_per_second AS "ratePerSecond", r.skipped_by AS "skippedBy",
        (extract(epoch FROM clock_timestamp() - r.next_slot_at) * 1000)::float8 AS "creditMs",
        (extract(epoch FROM r.window_to - clock_timestamp()) * 1000)::float8 + ${SETTLE_MS} AS "settlesInMs",
        CASE WHEN s.deleted_at IS NOT NULL THEN 'subscription_deleted' WHEN NOT s.enabled THEN 'subscription_disabled'
          WHEN s.suspended_at IS NOT NULL THEN 'subscription_suspended' END AS inactive
      FROM replay_parts p JOIN replays r ON r.id = p.replay_id JOIN subscriptions s ON s.id = p.subscription_id
      WHERE p.replay_id = $1 AND p.subscription_id = $2 AND p.lease_token = $3 AND r.state = 'running' FOR UPDATE OF p, r`,
    values: [replayUuid, scope.subscriptionUuid, leaseToken],
  });
  return rows[0] ?? null;
}

async function move(client: PoolClient, part: ClaimedPart, replay: LockedReplay, most: number, work: Work): Promise<Step> {
  const { ratePerSecond, creditMs } = replay;
  const tokens = tokensOf(creditMs, ratePerSecond);
  const done = await work(client, replay, Math.min(most, tokens));
  const creditLeftMs = creditAfter(creditMs, ratePerSecond, done.released.length);
  const isPaced = !done.isWhole && tokens <= most;
  const isOver = done.isLast && done.settlesInMs <= 0;
  if (isOver) await client.query('DELETE FROM replay_parts WHERE replay_id = $1 AND subscription_id = $2', keyOf(part));
  else await advance(client, part, done, done.isLast ? done.settlesInMs : isPaced ? untilTokensMs(creditLeftMs, ratePerSecond) : 0);
  return { kind: 'moved', released: done.released, progress: await count(client, part, replay, done, creditMs - creditLeftMs) };
}

const keyOf = ({ replayUuid, scope }: ClaimedPart): string[] => [replayUuid, scope.subscriptionUuid];

async function advance(client: PoolClient, part: ClaimedPart, { position }: Done, delayMs: number): Promise<void> {
  await client.query({
    name: 'replay-advance',
    text: `UPDATE replay_parts SET position = $3, lease_token = NULL, faults = 0,
      due_at = clock_timestamp() + make_interval(secs => $4::float8 / 1000.0) WHERE replay_id = $1 AND subscription_id = $2`,
    values: [...keyOf(part), position ?? part.position, delayMs],
  });
}

/** Adds a step to the replay's counters, and ends it with its last part. */
async function count(client: PoolClient, part: ClaimedPart, replay: LockedReplay, done: Done, spentMs: number): Promise<Progress> {
  const skippedBy = { ...replay.skippedBy };
  let skipped = 0;
  for (const [reason, n] of Object.entries(done.skipped) as [SkipReason, number][]) {
    skippedBy[reason] = (skippedBy[reason] ?? 0) + n;
    skipped += n;
  }
  const { rows } = await client.query<Progress>({
    name: 'replay-count',
    text: `WITH left_over AS (SELECT FROM replay_parts WHERE replay_id = $1)
      UPDATE replays SET processed = processed + $2 + $3, resent = resent + $2, skipped = skipped + $3, skipped_by = $4,
        next_slot_at = next_slot_at + make_interval(secs => $5::float8 / 1000.0),
        state = CASE WHEN EXISTS (SELECT FROM left_over) THEN state ELSE 'done' END,
        ended_at = CASE WHEN NOT EXISTS (SELECT FROM left_over) THEN now() END
      WHERE id = $1 RETURNING state, processed, resent, skipped`,
    values: [part.replayUuid, done.released.length, skipped, JSON.stringify(skippedBy), spentMs],
  });
  return rows[0]!;
}

/** What was planned and not done after all has a reason too. */
function settled(plan: Cut, released: string[], otherwise: SkipReason): Pick<Done, 'position' | 'released' | 'skipped' | 'isWhole'> {
  const missed = plan.send.length - released.length;
  const skipped = missed === 0 ? plan.skipped : { ...plan.skipped, [otherwise]: (plan.skipped[otherwise] ?? 0) + missed };
  return { position: plan.position, released, skipped, isWhole: plan.isWhole };
}
