import type { EndpointVerdict } from './endpoint-verdict.js';

/**
 * How an endpoint may take a dispatcher's places. `proven`: it answers well and in time. `unproven`: nothing is known of it.
 * `slow`: it takes long, or fails.
 */
export type Lane = 'proven' | 'unproven' | 'slow';

/** Moving averages over an endpoint's attempts. */
export interface Pace {
  latencyMs: number;
  /** Share of the attempts that found it unwell, 0 to 1. */
  failureShare: number;
}

/** An endpoint that answers within this is not slow. Half of what others may be delayed by at most (promise: 2 s). */
export const SLOW_AFTER_MS = 1_000;
const FAILING_FROM = 0.5;
/** Weight of the newest attempt. */
const NEWEST = 0.3;
/** No attempt counts as longer, so that an endpoint that hung is back in its lane after a handful of good answers. */
const LONGEST_COUNTED_MS = 5 * SLOW_AFTER_MS;

/** The pace with one more attempt in it; null before the first one that says anything. */
export function paceAfter(pace: Pace | null, { verdict, durationMs }: { verdict: EndpointVerdict; durationMs: number }): Pace | null {
  if (verdict === 'unknown') return pace;
  const countedMs = Math.min(durationMs, LONGEST_COUNTED_MS);
  const failed = verdict === 'unwell' ? 1 : 0;
  return {
    latencyMs: pace === null ? countedMs : mix(pace.latencyMs, countedMs),
    failureShare: mix(pace?.failureShare ?? 0, failed),
  };
}

const mix = (average: number, newest: number): number => average + NEWEST * (newest - average);

/** `oldestMs`: how long its longest request under way has been so; 0 when there is none. What hangs now need not have ended to be known. */
export function laneOf(pace: Pace | null, oldestMs: number): Lane {
  if (oldestMs >= SLOW_AFTER_MS) return 'slow';
  if (pace === null) return 'unproven';
  return pace.latencyMs >= SLOW_AFTER_MS || pace.failureShare >= FAILING_FROM ? 'slow' : 'proven';
}
