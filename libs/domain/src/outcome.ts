import type { EndReason } from './delivery.js';
import { LIMITS } from './limits.js';
import { parseRetryAfter } from './retry-after.js';
import { MAX_DELAY_SECONDS, nextDelaySeconds } from './retry-policy.js';
import type { SendResult } from './send-result.js';
import type { FailureHandling } from './subscription.js';
import { isDelivered, matchesTrigger } from './triggers.js';

type GiveUpReason = Extract<EndReason, 'attempts_exhausted' | 'not_retryable'>;

/** What an attempt comes to. The kinds are AttemptOutcome's; `suspend` and `alert` say what else giving up asks for. */
export type Outcome =
  | { kind: 'delivered'; reason: 'acknowledged' }
  /** Try again after `delaySeconds`; `pauseSeconds` holds the whole subscription back that long, null holds nothing. */
  | { kind: 'retry'; delaySeconds: number; pauseSeconds: number | null }
  | { kind: 'failed'; reason: GiveUpReason; suspend: boolean; alert: boolean }
  | { kind: 'diverted'; reason: GiveUpReason; suspend: boolean; alert: boolean }
  /** 410: the receiver wants no more of this subscription. */
  | { kind: 'refused'; reason: 'gone' };

export interface Attempted {
  result: SendResult;
  failureHandling: FailureHandling;
  /** 0 when the attempt was the first since the delivery began or was resent. */
  retriesSoFar: number;
  /** A draw in [0, 1). */
  random: number;
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  nowMs: number;
}

/** Statuses whose Retry-After is about the receiver as a whole, not about this one request. */
const THROTTLING = new Set([429, 503]);

/**
 * Decides what becomes of a delivery after one attempt. Only a 2xx delivers; 410 refuses whatever the triggers say (Standard Webhooks 1.0);
 * a failure that the subscription does not handle ends at once and quietly; any other is retried until the policy's attempts are used up.
 */
export function decideOutcome(attempted: Attempted): Outcome {
  const { result, failureHandling, retriesSoFar, random } = attempted;
  if (isDelivered(result)) return { kind: 'delivered', reason: 'acknowledged' };
  if (result.kind === 'response' && result.status === 410) return { kind: 'refused', reason: 'gone' };
  if (!matchesTrigger(failureHandling.triggers, result)) return { kind: 'failed', reason: 'not_retryable', suspend: false, alert: false };
  if (failureHandling.retry === null) return giveUp(attempted, 'not_retryable');
  const delaySeconds = nextDelaySeconds(failureHandling.retry, retriesSoFar, random);
  return delaySeconds === null ? giveUp(attempted, 'attempts_exhausted') : retryAfter(attempted, delaySeconds);
}

function giveUp(attempted: Attempted, reason: GiveUpReason): Outcome {
  const { divert, suspend, alertEndpoint } = attempted.failureHandling;
  return { kind: divert ? 'diverted' : 'failed', reason, suspend, alert: alertEndpoint !== null };
}

/** Honours a receiver's Retry-After from the policy's own delay up to twice that or an hour, whichever is more. */
function retryAfter({ result, nowMs }: Attempted, delaySeconds: number): Outcome {
  const asked = result.kind === 'response' ? parseRetryAfter(result.retryAfter, nowMs) : null;
  if (result.kind !== 'response' || asked === null) return { kind: 'retry', delaySeconds, pauseSeconds: null };
  const ceiling = Math.min(Math.max(2 * delaySeconds, LIMITS.retryAfterCeilingSeconds.max), MAX_DELAY_SECONDS);
  const granted = Math.min(Math.max(asked, delaySeconds), ceiling);
  return { kind: 'retry', delaySeconds: granted, pauseSeconds: THROTTLING.has(result.status) ? granted : null };
}
