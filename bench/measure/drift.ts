import { median } from './percentiles.js';

export interface Sample {
  atMinutes: number;
  value: number;
}

/** Where a series stands, and where it goes. */
export interface Drift {
  /** The median of all values. */
  level: number;
  /** Rise of the straight line of least squares, per minute; NaN of fewer than two samples. */
  perMinute: number;
}

/** Every sample counts, so one at the crest of a collector's wave does not decide as it would from first to last. */
export function driftOf(samples: readonly Sample[]): Drift {
  const mean = (pick: (sample: Sample) => number): number => samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length;
  const [midTime, midValue] = [mean(({ atMinutes }) => atMinutes), mean(({ value }) => value)];
  const together = samples.reduce((sum, { atMinutes, value }) => sum + (atMinutes - midTime) * (value - midValue), 0);
  const spread = samples.reduce((sum, { atMinutes }) => sum + (atMinutes - midTime) ** 2, 0);
  return { level: median(samples.map(({ value }) => value)), perMinute: together / spread };
}

/** The least of each stretch of `minutes`: of a heap, what is left of it after the stretch's largest collection. */
export function troughsOf(samples: readonly Sample[], minutes: number): Sample[] {
  const least = new Map<number, Sample>();
  for (const sample of samples) {
    const stretch = Math.floor(sample.atMinutes / minutes);
    const known = least.get(stretch);
    if (!known || sample.value < known.value) least.set(stretch, sample);
  }
  return [...least.values()];
}
