import { percentile } from '#domain/stats/latency-histogram.js';
import { add, attemptsOf, type Counters, failuresOf, noTally, type Tally } from '#domain/stats/rollup.js';
import type { Bucket, Range } from '#store/stats.store.js';
import type { CountsDto, PercentilesDto } from './stats.dto.js';

export function summed(buckets: readonly Bucket[]): Tally {
  const sum = noTally();
  for (const bucket of buckets) add(sum, bucket);
  return sum;
}

/** Every step of the range, those in which nothing happened included. */
export function everyStep(buckets: readonly Bucket[], { from, to }: Range, stepMs: number): { at: string; tally: Tally }[] {
  const byTime = new Map(buckets.map((bucket) => [bucket.at.getTime(), bucket]));
  const nothing = noTally();
  const steps = Math.max(0, (to.getTime() - from.getTime()) / stepMs);
  return Array.from({ length: steps }, (_, i) => from.getTime() + i * stepMs).map((ms) => ({
    at: new Date(ms).toISOString(),
    tally: byTime.get(ms) ?? nothing,
  }));
}

export const countsOf = (tally: Counters): CountsDto => ({
  matched: tally.matched,
  delivered: tally.delivered,
  failed: failuresOf(tally),
  attempts: attemptsOf(tally),
});

export const percentilesOf = (counts: readonly number[]): PercentilesDto => ({
  p50: percentile(counts, 0.5),
  p95: percentile(counts, 0.95),
  p99: percentile(counts, 0.99),
});
