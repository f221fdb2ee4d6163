/**
 * Counts of durations by size. Buckets grow by √2: bucket 0 holds what took up to 1 ms, bucket i what took up to 2^(i/2) ms, and the last
 * one all above 18 days. A percentile read from them is at most 19 % off (the fourth root of 2), or a millisecond for the first bucket.
 */
export type Counts = number[];

export const BUCKETS = 63;

/** `ms`: a duration; less than nothing, as two clocks may make it, counts as nothing. */
export const bucketOf = (ms: number): number => (ms > 1 ? Math.min(BUCKETS - 1, Math.ceil(2 * Math.log2(ms))) : 0);

export const noCounts = (): Counts => new Array<number>(BUCKETS).fill(0);

/** Adds `more` to `counts`, bucket by bucket. `more` may be shorter: buckets at the end that are empty need not be there. */
export function addCounts(counts: Counts, more: readonly number[]): void {
  for (let i = 0; i < more.length; i++) counts[i] = (counts[i] ?? 0) + more[i]!;
}

/** The counts without the empty buckets at the end. */
export const trimmed = (counts: readonly number[]): Counts => counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);

/** The duration, in milliseconds to one decimal, that the `share` (0 to 1) of all did not exceed; null without any. */
export function percentile(counts: readonly number[], share: number): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  const rank = Math.max(1, Math.ceil(share * all));
  let below = 0;
  for (let i = 0; i < counts.length; i++) {
    below += counts[i]!;
    if (below >= rank) return Math.round(middleMs(i) * 10) / 10;
  }
  return null;
}

/** The geometric middle of a bucket: no value in it is further off than the fourth root of 2. */
const middleMs = (bucket: number): number => (bucket === 0 ? 1 : 2 ** ((bucket - 0.5) / 2));
