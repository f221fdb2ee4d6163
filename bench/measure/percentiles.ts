export interface Latency {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

/** The nearest-rank percentile (0 < share <= 1) of values in ascending order; NaN of none. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)] ?? NaN;
}

/** What is told of many durations, in their own unit. */
export function latencyOf(durations: readonly number[]): Latency {
  const ascending = durations.toSorted((a, b) => a - b);
  return { count: ascending.length, p50: percentile(ascending, 0.5), p99: percentile(ascending, 0.99), max: ascending.at(-1) ?? NaN };
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length / 2;
  if (Number.isInteger(middle)) return ((ascending[middle - 1] ?? NaN) + (ascending[middle] ?? NaN)) / 2;
  return ascending[Math.floor(middle)] ?? NaN;
}
