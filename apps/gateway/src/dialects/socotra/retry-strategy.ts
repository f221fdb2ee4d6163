import { MAX_DELAY_SECONDS } from '#domain/retry-policy.js';
import type { RetryPolicy } from '#domain/subscription.js';

/** Socotra's words for when to try again. `attempts` are in all, the first included; `interval` is in seconds. */
export interface RetryStrategy {
  attempts: number;
  interval: number;
  type: 'linear' | 'exponential';
}

/** A linear wait grows by `interval` from one retry to the next, an exponential one doubles; both begin with `interval`. */
export function toRetryPolicy({ attempts, interval, type }: RetryStrategy): RetryPolicy {
  if (type === 'exponential') return { kind: 'exponential', base: 2, initialSeconds: interval, maxAttempts: attempts };
  // The first delay is the one before the first attempt. The second one is there even for a single attempt: it tells the interval.
  const delays = Array.from({ length: Math.max(attempts, 2) }, (_, i) => Math.min(i * interval, MAX_DELAY_SECONDS));
  return { kind: 'schedule', delaysSeconds: delays, maxAttempts: attempts };
}

/** The strategy that a policy was made of; null for one that only the native API can say. */
export function toRetryStrategy(policy: RetryPolicy | null): RetryStrategy | null {
  if (policy === null) return null;
  const { maxAttempts: attempts, kind } = policy;
  const interval = kind === 'exponential' ? (policy.initialSeconds ?? 1) : kind === 'schedule' ? (policy.delaysSeconds[1] ?? 0) : 0;
  const strategy: RetryStrategy = { attempts, interval, type: kind === 'exponential' ? 'exponential' : 'linear' };
  return isSamePolicy(toRetryPolicy(strategy), policy) ? strategy : null;
}

const sorted = (policy: RetryPolicy): string =>
  JSON.stringify(Object.entries({ ...policy, jitter: policy.jitter ?? 0 }).sort(([a], [b]) => (a < b ? -1 : 1)));

const isSamePolicy = (a: RetryPolicy, b: RetryPolicy): boolean => sorted(a) === sorted(b);
