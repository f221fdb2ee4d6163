import type { FieldError } from './errors.js';
import { LIMITS } from './limits.js';
import type { RetryPolicy } from './subscription.js';

/** No wait is longer, whatever a policy computes: seven days, in seconds. */
export const MAX_DELAY_SECONDS = LIMITS.retryDelaySeconds.max;

/** Seconds to wait before the first attempt: a schedule's first delay, otherwise none. Not jittered: a fan-out should not be late at random. */
export function firstDelaySeconds(policy: RetryPolicy | null): number {
  if (policy?.kind !== 'schedule') return 0;
  return Math.min(policy.delaysSeconds[0] ?? 0, MAX_DELAY_SECONDS);
}

/**
 * Seconds to wait before the next attempt, or null when the policy's attempts are used up.
 * `retriesSoFar` is 0 after the first attempt; `random` is a draw in [0, 1).
 */
export function nextDelaySeconds(policy: RetryPolicy, retriesSoFar: number, random: number): number | null {
  const attemptsMade = retriesSoFar + 1;
  if (attemptsMade >= policy.maxAttempts) return null;
  return Math.min(jittered(policy, plainDelay(policy, retriesSoFar, random), random), MAX_DELAY_SECONDS);
}

/** The policy's delay before jitter. Source of the formulas, n counting from 0: Akinon's `retry_countdown_config`. */
function plainDelay(policy: RetryPolicy, n: number, random: number): number {
  switch (policy.kind) {
    case 'fixed':
      return policy.delaySeconds;
    case 'linear':
      return limited(policy.baseSeconds * n, policy.limitSeconds);
    case 'exponential':
      return limited(grow(policy.initialSeconds ?? 1, policy.base, n), policy.limitSeconds);
    case 'random':
      return policy.minSeconds + Math.floor(random * (policy.maxSeconds - policy.minSeconds + 1));
    case 'schedule':
      // delaysSeconds[0] came before attempt 1, so retry n (before attempt n + 2) reads n + 1.
      return policy.delaysSeconds[Math.min(n + 1, policy.delaysSeconds.length - 1)] ?? 0;
  }
}

/** initial × base ** n; `base ** n` overflows to Infinity, which times an initial of 0 would be NaN. */
const grow = (initial: number, base: number, n: number): number => (initial === 0 ? 0 : initial * base ** n);

/** The limit bounds the delay before jitter, so that retries at the limit still spread out. */
const limited = (delay: number, limit: number | null | undefined): number => Math.min(delay, limit ?? Infinity, MAX_DELAY_SECONDS);

function jittered(policy: RetryPolicy, delay: number, random: number): number {
  // A random policy has spent the draw already; validation refuses jitter for it.
  if (policy.kind === 'random') return delay;
  return Math.max(0, delay * (1 + (policy.jitter ?? 0) * (2 * random - 1)));
}

type Fields = Record<string, unknown>;
type Check = (value: unknown) => string | null;

interface FieldRule {
  required: boolean;
  check: Check;
}

const number =
  (min: number, max: number, integer = false): Check =>
  (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
    if (integer && !Number.isInteger(value)) return 'must be a whole number';
    return value < min || value > max ? `must be from ${min} to ${max}` : null;
  };

const seconds = number(LIMITS.retryDelaySeconds.min, MAX_DELAY_SECONDS);
const wholeSeconds = number(LIMITS.retryDelaySeconds.min, MAX_DELAY_SECONDS, true);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);

const required = (check: Check): FieldRule => ({ required: true, check });
const optional = (check: Check): FieldRule => ({ required: false, check });

const COMMON: Record<string, FieldRule> = {
  kind: required(() => null),
  maxAttempts: required(number(LIMITS.retryAttempts.min, LIMITS.retryAttempts.max, true)),
};
const JITTER = { jitter: optional(number(0, 1)) };
const LIMIT = { limitSeconds: optional(orNull(seconds)) };

/** What each kind takes. A random policy takes no jitter: it is nothing but jitter. Akinon's random draws whole seconds. */
const RULES: Record<RetryPolicy['kind'], Record<string, FieldRule>> = {
  fixed: { ...COMMON, ...JITTER, delaySeconds: required(seconds) },
  linear: { ...COMMON, ...JITTER, ...LIMIT, baseSeconds: required(seconds) },
  exponential: { ...COMMON, ...JITTER, ...LIMIT, base: required(seconds), initialSeconds: optional(seconds) },
  random: { ...COMMON, minSeconds: required(wholeSeconds), maxSeconds: required(wholeSeconds) },
  schedule: { ...COMMON, ...JITTER, delaysSeconds: required((value) => (Array.isArray(value) ? null : 'must be a list of seconds')) },
};

/** Every fault of a retry policy as it came in a request; none means the value is a RetryPolicy. null (one attempt) is sound. */
export function validateRetryPolicy(value: unknown, path: string): FieldError[] {
  if (value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value))
    return [{ path, code: 'invalid_type', message: 'A retry policy is an object or null.' }];
  const policy = value as Fields;
  const kind = policy['kind'];
  if (typeof kind !== 'string' || !Object.hasOwn(RULES, kind)) {
    return [{ path: `${path}/kind`, code: 'invalid_value', message: `'kind' must be one of ${Object.keys(RULES).join(', ')}.` }];
  }
  const rules = RULES[kind as RetryPolicy['kind']];
  return [
    ...unknownFields(policy, rules, path),
    ...faultyFields(policy, rules, path),
    ...faultyDelays(policy, kind, path),
    ...faultyRange(policy, kind, path),
  ];
}

const unknownFields = (policy: Fields, rules: Record<string, FieldRule>, path: string): FieldError[] =>
  Object.keys(policy)
    .filter((name) => !Object.hasOwn(rules, name))
    .map((name) => ({
      path: `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code: 'unknown_field',
      message: `A ${String(policy['kind'])} policy has no such field.`,
    }));

function faultyFields(policy: Fields, rules: Record<string, FieldRule>, path: string): FieldError[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const value = policy[name];
    if (value === undefined) return rule.required ? [{ path: `${path}/${name}`, code: 'required', message: `'${name}' is required.` }] : [];
    const fault = rule.check(value);
    return fault === null ? [] : [{ path: `${path}/${name}`, code: 'invalid_value', message: `'${name}' ${fault}.` }];
  });
}

function faultyDelays(policy: Fields, kind: string, path: string): FieldError[] {
  const delays = policy['delaysSeconds'];
  if (kind !== 'schedule' || !Array.isArray(delays)) return [];
  const { min, max } = LIMITS.retryDelays;
  if (delays.length < min || delays.length > max) {
    return [{ path: `${path}/delaysSeconds`, code: 'too_many_items', message: `'delaysSeconds' must have ${min} to ${max} items.` }];
  }
  return delays.flatMap((delay: unknown, i) => {
    const fault = seconds(delay);
    return fault === null ? [] : [{ path: `${path}/delaysSeconds/${i}`, code: 'invalid_value', message: `A delay ${fault}.` }];
  });
}

/** Akinon's rule and wording for a random countdown. */
function faultyRange(policy: Fields, kind: string, path: string): FieldError[] {
  const { minSeconds, maxSeconds } = policy;
  if (kind !== 'random' || typeof minSeconds !== 'number' || typeof maxSeconds !== 'number' || maxSeconds > minSeconds) return [];
  return [{ path: `${path}/maxSeconds`, code: 'invalid_value', message: "'maxSeconds' must be greater than 'minSeconds'." }];
}
