import fc from 'fast-check';
import { parseRetryAfter } from './retry-after.js';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

describe('a Retry-After header', () => {
  it.each<[string, number]>([
    ['0', 0],
    ['120', 120],
    [' 120 ', 120],
    ['1000000000', 1_000_000_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30],
    ['Sun Nov  6 08:49:37 1994', 30],
  ])('%j asks for %d seconds', (header, seconds) => {
    expect(parseRetryAfter(header, NOW)).toBe(seconds);
  });

  it.each([
    undefined,
    null,
    '',
    '-1',
    '1.5',
    '1e9',
    '+5',
    'soon',
    '5 minutes',
    '2 Nov 1994',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37 CET',
    'Sun, 99 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:06 GMT',
  ])('%j asks for nothing', (header) => {
    expect(parseRetryAfter(header, NOW)).toBeNull();
  });

  it('reads every date as whole seconds from now', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (seconds) => {
        expect(parseRetryAfter(new Date(NOW + seconds * 1_000).toUTCString(), NOW)).toBe(seconds);
      }),
    );
  });
});
