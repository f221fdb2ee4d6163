import { driftOf, troughsOf } from './drift.js';

const series = (values: number[], everyMinutes: number) => values.map((value, i) => ({ atMinutes: i * everyMinutes, value }));

describe('a drift', () => {
  it('is the rise per minute, whatever the time between samples', () => {
    expect(driftOf(series([100, 101, 102, 103], 0.5))).toEqual({ level: 101.5, perMinute: 2 });
  });

  it('of a wave that comes and goes is next to nothing, though it ends on a crest', () => {
    const wave = Array.from({ length: 241 }, (_, i) => 300 + (i % 20) * 5);
    const { level, perMinute } = driftOf(series(wave, 1 / 60));
    expect(Math.abs(perMinute / level)).toBeLessThan(0.01);
  });

  it('of one sample is not a number, which misses every goal', () => {
    expect(driftOf(series([7], 1)).perMinute).toBeNaN();
    expect(driftOf([]).perMinute).toBeNaN();
  });
});

describe('the troughs of a series', () => {
  it('are the least of each stretch, at their own time', () => {
    expect(troughsOf(series([5, 3, 9, 8, 4, 6], 0.5), 1)).toEqual([
      { atMinutes: 0.5, value: 3 },
      { atMinutes: 1.5, value: 8 },
      { atMinutes: 2, value: 4 },
    ]);
  });
});
