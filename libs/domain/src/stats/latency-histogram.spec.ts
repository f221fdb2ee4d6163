import fc from 'fast-check';
import { addCounts, BUCKETS, bucketOf, noCounts, percentile, trimmed } from './latency-histogram.js';

const countsOf = (durations: number[]): number[] => {
  const counts = noCounts();
  for (const ms of durations) counts[bucketOf(ms)]!++;
  return counts;
};

/** Up to 18 days, where the last bucket begins. */
const duration = fc.double({ min: 1, max: 1.5e9, noNaN: true });

describe('a percentile read from a histogram', () => {
  it('is at most 19 % off the true one', () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.95, 0.99), (durations, share) => {
        const sorted = durations.toSorted((a, b) => a - b);
        const truth = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]!;
        const read = percentile(countsOf(durations), share)!;
        // And the rounding to one decimal.
        expect(read).toBeGreaterThanOrEqual(truth / 2 ** 0.25 - 0.06);
        expect(read).toBeLessThanOrEqual(truth * 2 ** 0.25 + 0.06);
      }),
    );
  });

  it('is the same however the durations were spread over histograms', () => {
    fc.assert(
      fc.property(fc.array(duration, { maxLength: 50 }), fc.array(duration, { maxLength: 50 }), (some, others) => {
        const sum = countsOf(some);
        addCounts(sum, trimmed(countsOf(others)));
        expect(sum).toEqual(countsOf([...some, ...others]));
      }),
    );
  });

  it('is not there where nothing was measured', () => {
    expect(percentile(noCounts(), 0.5)).toBeNull();
    expect(percentile([], 0.5)).toBeNull();
  });
});

describe('a duration', () => {
  it.each([
    [-5, 0],
    [0, 0],
    [1, 0],
    [1.01, 1],
    [1.41, 1],
    [2, 2],
    [2.01, 3],
    [1_000, 20],
    [2 ** 31, BUCKETS - 1],
    [Infinity, BUCKETS - 1],
  ])('of %d ms is counted in bucket %d', (ms, bucket) => expect(bucketOf(ms)).toBe(bucket));
});
