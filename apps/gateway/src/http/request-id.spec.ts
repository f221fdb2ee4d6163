import { requestIdOf } from './request-id.js';

const idOf = (given?: string | string[]) => requestIdOf({ headers: { 'x-request-id': given } });

describe('a request id', () => {
  it.each(['a', 'abc.DEF-1_2', 'x'.repeat(128)])('is the caller’s own where it is harmless: %s', (id) => expect(idOf(id)).toBe(id));

  it.each(['', 'a b', 'x'.repeat(129), 'a\r\nb', 'é', '<x>', undefined])('is ours in place of %j', (id) => {
    expect(idOf(id)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('is never given twice', () => expect(new Set(Array.from({ length: 100 }, () => idOf())).size).toBe(100));
});
