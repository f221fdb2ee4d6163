import { LIMITS } from '#domain/limits.js';
import { inTenMinutes, lastHours, readRange } from './range.js';

const NOW = Date.parse('2026-11-21T12:34:56.789Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const shown = ({ from, to }: { from: Date; to: Date }): string[] => [from.toISOString(), to.toISOString()];
const refusal = (query: { from?: string; to?: string }): unknown => {
  try {
    return shown(readRange(query, NOW));
  } catch (error) {
    return (error as { errors?: { path: string; code: string }[] }).errors?.map(({ path, code }) => `${path} ${code}`);
  }
};
const REFUSED = ['/from out_of_range'];

describe('the range of an overview', () => {
  it('is the last hour in whole minutes when nothing is said', () => {
    expect(shown(readRange({}, NOW))).toEqual(['2026-11-21T11:34:00.000Z', '2026-11-21T12:35:00.000Z']);
  });

  it('may be a minute to a day long, and not a moment less or more', () => {
    const { min, max } = LIMITS.statsRangeMinutes;
    const to = ago(DAY);
    const before = (ms: number): string => new Date(NOW - DAY - ms).toISOString();
    expect(refusal({ from: before(min * MINUTE), to })).toHaveLength(2);
    expect(refusal({ from: before(min * MINUTE - 1), to })).toEqual(REFUSED);
    expect(refusal({ from: before(max * MINUTE), to })).toHaveLength(2);
    expect(refusal({ from: before(max * MINUTE + 1), to })).toEqual(REFUSED);
    expect(refusal({ from: to, to: before(DAY) })).toEqual(REFUSED);
  });

  it('may begin as far back as figures are kept, and no earlier', () => {
    const oldest = LIMITS.statsKeptDays.max * DAY;
    expect(refusal({ from: ago(oldest), to: ago(oldest - DAY) })).toHaveLength(2);
    expect(refusal({ from: ago(oldest + 1), to: ago(oldest - DAY + 1) })).toEqual(REFUSED);
  });

  it('ends with the minute of now, whatever was asked', () => {
    expect(shown(readRange({ from: ago(5 * MINUTE), to: ago(-60 * MINUTE) }, NOW))[1]).toBe('2026-11-21T12:35:00.000Z');
  });

  it('covers all the ten minutes it touches where there are no figures by minute', () => {
    expect(shown(inTenMinutes(readRange({}, NOW)))).toEqual(['2026-11-21T11:30:00.000Z', '2026-11-21T12:40:00.000Z']);
  });
});

describe('the range of a series', () => {
  it('is so many hours up to the ten minutes of now', () => {
    expect(shown(lastHours(2, NOW))).toEqual(['2026-11-21T10:40:00.000Z', '2026-11-21T12:40:00.000Z']);
  });
});
