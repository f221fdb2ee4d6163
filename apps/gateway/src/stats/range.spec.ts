import { LIMITS } from '#domain/limits.js';
import { inTenMinutes, lastHours, readRange } from './range.js';

const NOW = Date.parse('2026-11-21T12:34:56.789Z');
const ago = (ms: number): string => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const shown = ({ from, to }: { from: Date; to: Date }): string[] => [from.toISOString(), to.toISOString()];
const refusal = (query: Parameters<typeof readRange>[0]): unknown => {
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

  it('may be a minute to seven days long, and not a moment less or more', () => {
    const { min, max } = LIMITS.statsRangeMinutes;
    const to = ago(0);
    const stepMinutes = 60;
    expect(refusal({ from: ago(min * MINUTE), to })).toHaveLength(2);
    expect(refusal({ from: ago(min * MINUTE - 1), to })).toEqual(REFUSED);
    expect(refusal({ from: ago(max * MINUTE), to, stepMinutes })).toHaveLength(2);
    expect(refusal({ from: ago(max * MINUTE + 1), to, stepMinutes })).toEqual(REFUSED);
    expect(refusal({ from: to, to: ago(DAY) })).toEqual(REFUSED);
  });

  it('has no more steps than stated: a longer one needs longer steps', () => {
    const most = LIMITS.statsSteps.max;
    expect(refusal({ minutes: most })).toHaveLength(2);
    expect(refusal({ minutes: most + 1 })).toEqual(['/stepMinutes out_of_range']);
    expect(refusal({ minutes: most + 1, stepMinutes: 5 })).toHaveLength(2);
  });

  it('begins so many minutes before its end, or at a moment, not both', () => {
    expect(shown(readRange({ minutes: 15 }, NOW))).toEqual(['2026-11-21T12:19:00.000Z', '2026-11-21T12:35:00.000Z']);
    expect(refusal({ minutes: 15, from: ago(MINUTE) })).toEqual(['/minutes conflict']);
  });

  it('covers all the steps it touches', () => {
    expect(shown(readRange({ minutes: 120, stepMinutes: 60 }, NOW))).toEqual(['2026-11-21T10:00:00.000Z', '2026-11-21T13:00:00.000Z']);
  });

  it('may begin as far back as figures are kept, and no earlier', () => {
    const oldest = LIMITS.statsKeptDays.max * DAY;
    expect(refusal({ minutes: oldest / MINUTE, stepMinutes: 10 })).toHaveLength(2);
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
