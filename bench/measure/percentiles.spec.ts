import { latencyOf, median, percentile } from './percentiles.js';

const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

describe('a percentile', () => {
  it('is the nearest rank: a value that was measured, never one between two', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([1, 2, 3], 0.99)).toBe(3);
    expect(percentile([7], 0.01)).toBe(7);
  });

  it('of nothing is not a number', () => expect(percentile([], 0.5)).toBeNaN());

  it('does not depend on the order in which the durations came', () => {
    expect(latencyOf(hundred.toReversed())).toEqual({ count: 100, p50: 50, p99: 99, max: 100 });
  });
});

describe('a median', () => {
  it('is the middle one, or lies between the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
