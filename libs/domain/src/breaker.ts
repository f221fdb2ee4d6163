/**
 * When a subscription's circuit breaker opens, and for how long. Open, its deliveries are held and charged nothing; when the cool-down is
 * over one of them goes out as a probe, whose success closes the breaker and whose failure opens it again for longer.
 */
export interface BreakerPolicy {
  /** Attempts older than this count no more, in milliseconds. */
  windowMs: number;
  /** Fewer attempts in the window say nothing: the retry policy alone spaces those. */
  minAttempts: number;
  /** Share of the attempts, 0 to 1, that have to find the endpoint unwell. */
  failureShare: number;
  /** For how long that has to be so, in milliseconds: a volley that fails together is the retry policy's to spread. */
  lastingMs: number;
  /** Milliseconds until the first probe; each failed probe doubles them, up to `longestCoolDownMs`. */
  firstCoolDownMs: number;
  longestCoolDownMs: number;
}

/**
 * Source of the shares and bounds: Convoy's circuit breaker (at least 10 requests, 70 % failures). Twice its requests, and for a while, as an
 * endpoint that is being restarted should not open it; and a shorter first cool-down, as a probe costs one request.
 */
export const DEFAULT_BREAKER: BreakerPolicy = {
  windowMs: 60_000,
  minAttempts: 20,
  failureShare: 0.7,
  lastingMs: 10_000,
  firstCoolDownMs: 5_000,
  longestCoolDownMs: 600_000,
};

interface Tally {
  attempts: number;
  failures: number;
}

/** Attempts counted in two halves of the window: what is read covers half of it at least and all of it at most. */
export interface BreakerWindow {
  /** When the current half began, in milliseconds of the caller's clock. */
  sinceMs: number;
  current: Tally;
  before: Tally;
  /** Since when the failures have been too many; null: they are not. */
  failingSinceMs: number | null;
}

const NONE: Tally = { attempts: 0, failures: 0 };

export const emptyWindow = (nowMs: number): BreakerWindow => ({ sinceMs: nowMs, current: NONE, before: NONE, failingSinceMs: null });

/** The window with one more attempt in it. */
export function countAttempt(window: BreakerWindow, hasFailed: boolean, nowMs: number, policy: BreakerPolicy): BreakerWindow {
  const { current, ...rest } = moved(window, nowMs, policy.windowMs / 2);
  const counted = { ...rest, current: { attempts: current.attempts + 1, failures: current.failures + (hasFailed ? 1 : 0) } };
  return { ...counted, failingSinceMs: isFailing(counted, policy) ? (window.failingSinceMs ?? nowMs) : null };
}

function moved(window: BreakerWindow, nowMs: number, halfMs: number): BreakerWindow {
  const ageMs = nowMs - window.sinceMs;
  if (ageMs < halfMs) return window;
  return ageMs < 2 * halfMs ? { ...window, sinceMs: window.sinceMs + halfMs, current: NONE, before: window.current } : emptyWindow(nowMs);
}

function isFailing({ current, before }: BreakerWindow, { minAttempts, failureShare }: BreakerPolicy): boolean {
  const attempts = current.attempts + before.attempts;
  return attempts >= minAttempts && current.failures + before.failures >= failureShare * attempts;
}

export const shouldOpen = ({ failingSinceMs }: BreakerWindow, nowMs: number, { lastingMs }: BreakerPolicy): boolean =>
  failingSinceMs !== null && nowMs - failingSinceMs >= lastingMs;

/** Milliseconds until the next probe when the breaker has opened `trips` times in a row (1: for the first time). */
export const coolDownMs = (trips: number, { firstCoolDownMs, longestCoolDownMs }: BreakerPolicy): number =>
  Math.max(firstCoolDownMs, Math.min(firstCoolDownMs * 2 ** (trips - 1), longestCoolDownMs));
