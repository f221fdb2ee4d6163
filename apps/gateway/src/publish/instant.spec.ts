import fc from 'fast-check';
import { isInstant } from './instant.js';

describe('an instant', () => {
  it('is any time between 1970 and 9999 with its offset', () => {
    const dates = fc.date({ min: new Date(0), max: new Date(Date.UTC(9_999, 11, 31)), noInvalidDate: true });
    fc.assert(fc.property(dates, (date) => expect(isInstant(date.toISOString())).toBe(true)));
    for (const text of ['2026-02-28T23:59:59+14:00', '2026-01-01T00:00:00.123456Z', '2026-01-01T00:00Z'])
      expect(isInstant(text)).toBe(true);
  });

  it.each([
    ['2026-01-01'],
    ['2026-01-01T00:00:00'],
    ['0000-00-00T00:00:00Z'],
    ['1969-12-31T23:59:59Z'],
    ['300000-01-01T00:00:00Z'],
    ['+012026-01-01T00:00:00Z'],
    ['2026-02-30T00:00:00Z'],
    ['2026-13-01T00:00:00Z'],
    ['2026-01-01T25:00:00Z'],
    ['yesterday'],
    [''],
    [0],
    [null],
    [new Date()],
  ])('is not %j', (value) => expect(isInstant(value)).toBe(false));
});
