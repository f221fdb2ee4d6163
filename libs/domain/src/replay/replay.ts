import type { DeliveryState, EndReason } from '../delivery.js';

/** `failed`: sends again what ended without success. `missing`: delivers stored events that a subscription never saw. */
export const REPLAY_MODES = ['failed', 'missing'] as const;
export type ReplayMode = (typeof REPLAY_MODES)[number];

export const REPLAY_STATES = ['queued', 'running', 'paused', 'done', 'cancelled', 'failed'] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

/** States in which a delivery has ended without success. */
export const REPLAYABLE_STATES = ['failed', 'diverted', 'refused', 'cancelled'] as const satisfies readonly DeliveryState[];
export type ReplayableState = (typeof REPLAYABLE_STATES)[number];

/** What a replay takes when it is not told: somebody cancelled a delivery because it was not wanted, so that has to be asked for. */
export const DEFAULT_STATES: readonly ReplayableState[] = ['failed', 'diverted', 'refused'];

/** Reasons of such ends. */
export const REPLAYABLE_REASONS = [
  'attempts_exhausted',
  'not_retryable',
  'poison',
  'gone',
  'cancelled_by_operator',
  'discarded_by_operator',
  'subscription_deleted',
  'subscription_gone',
] as const satisfies readonly EndReason[];
export type ReplayableReason = (typeof REPLAYABLE_REASONS)[number];

/** What of its window a replay looks at; an absent member asks nothing. */
export interface ReplayFilter {
  /** Event type patterns: one of them has to match. */
  eventTypes?: string[];
  resource?: { type: string; id?: string };
  /** Of mode `failed`; absent: DEFAULT_STATES. */
  states?: ReplayableState[];
  /** Of mode `failed`. */
  reasons?: ReplayableReason[];
}

/** Why something that a replay looked at was not sent by it. */
export type SkipReason =
  | 'not_ended' // a delivery that is waiting or under way
  | 'not_wanted' // an event that the subscription does not match
  | 'already_there' // an event that the subscription has a delivery of
  | 'expunged' // an event whose payload is gone
  | 'subscription_deleted'
  | 'subscription_disabled'
  | 'subscription_suspended';

/** One row of the journal as a replay sees it; `other`: outside its filter. */
export interface Looked {
  id: string;
  verdict: 'send' | 'other' | SkipReason;
}

/** What one step does with the rows it looked at. */
export interface Cut {
  /** Ids to send, in order. */
  send: string[];
  skipped: Partial<Record<SkipReason, number>>;
  /** Id of the last row dealt with; null when there is none. */
  position: string | null;
  /** Whether all rows were dealt with. */
  isWhole: boolean;
}

/** Deals with rows in their order, and stops before it would send more than `most`. */
export function cut(rows: readonly Looked[], most: number): Cut {
  const send: string[] = [];
  const skipped: Cut['skipped'] = {};
  let position: string | null = null;
  for (const { id, verdict } of rows) {
    if (verdict === 'send') {
      if (send.length >= most) return { send, skipped, position, isWhole: false };
      send.push(id);
    } else if (verdict !== 'other') skipped[verdict] = (skipped[verdict] ?? 0) + 1;
    position = id;
  }
  return { send, skipped, position, isWhole: true };
}
