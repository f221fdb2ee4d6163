import { randomBytes } from 'node:crypto';
import type { Settings } from '#config/settings.js';
import { DomainError } from '#domain/errors.js';
import fc from 'fast-check';
import { CursorKey } from './cursor-key.js';
import { makePage, makeSearchPage, readCursor } from './page.js';

const settings = (key: Buffer) => ({ SECRET_KEYS: `k1:${key.toString('base64')}` }) as Settings;
const keys = new CursorKey(settings(Buffer.alloc(32, 1)));
const list = keys.bind('tenant-a', '/v1/things', { state: 'failed' });
const cursorAfter = (position: string, binding = list): string => makePage([position, 'more'], 1, (id) => id, binding).nextCursor ?? '';
const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
  }
  return 'none';
};

describe('a page', () => {
  it('shows at most the limit, and a cursor only when there is more', () => {
    expect(makePage(['a', 'b', 'c'], 2, (id) => id, list)).toEqual({ items: ['a', 'b'], nextCursor: cursorAfter('b') });
    expect(makePage(['a', 'b'], 2, (id) => id, list)).toEqual({ items: ['a', 'b'], nextCursor: null });
    expect(makePage([], 2, (id: string) => id, list)).toEqual({ items: [], nextCursor: null });
  });

  it('of a search that has stopped on its way goes on from there, and says so', () => {
    const searchedTo = '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f';
    const page = makeSearchPage({ rows: ['a'], searchedTo }, 2, (id) => id, list);
    expect(page).toEqual({ items: ['a'], nextCursor: expect.any(String), searchedTo: '2025-11-21T11:46:47.777Z' });
    expect(readCursor(page.nextCursor!, list)).toBe(searchedTo);
    const full = { items: ['a', 'b'], nextCursor: cursorAfter('b'), searchedTo: null };
    expect(makeSearchPage({ rows: ['a', 'b', 'c'], searchedTo: null }, 2, (id) => id, list)).toEqual(full);
  });
});

describe('a cursor', () => {
  it('leads back to the position it was made at, whatever that is', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
        (position) => readCursor(cursorAfter(position), list) === position,
      ),
    );
  });

  it('is optional', () => expect(readCursor(undefined, list)).toBeNull());

  it('is good for every gateway with the same active key, and for none with another', () => {
    const cursor = cursorAfter('x');
    expect(readCursor(cursor, new CursorKey(settings(Buffer.alloc(32, 1))).bind('tenant-a', '/v1/things', { state: 'failed' }))).toBe('x');
    const other = new CursorKey(settings(randomBytes(32))).bind('tenant-a', '/v1/things', { state: 'failed' });
    expect(codeOf(() => readCursor(cursor, other))).toBe('invalid_cursor');
  });

  it('does not care in which order filters are written, nor for limit, cursor and absent filters', () => {
    const one = keys.bind('t', '/r', { a: '1', b: ['2'], limit: 5 });
    const same = keys.bind('t', '/r', { b: ['2'], a: '1', limit: 9, cursor: 'c', d: undefined });
    expect(readCursor(cursorAfter('x', one), same)).toBe('x');
  });

  it.each([
    ['another tenant', keys.bind('tenant-b', '/v1/things', { state: 'failed' })],
    ['the operator', keys.bind(null, '/v1/things', { state: 'failed' })],
    ['another list', keys.bind('tenant-a', '/v1/others', { state: 'failed' })],
    ['another filter', keys.bind('tenant-a', '/v1/things', { state: 'pending' })],
    ['no filter', keys.bind('tenant-a', '/v1/things')],
  ])('is refused for %s', (_what, binding) => {
    expect(codeOf(() => readCursor(cursorAfter('x'), binding))).toBe('invalid_cursor');
  });

  it('is refused with any one of its letters changed, cut off or added', () => {
    const cursor = cursorAfter('0199a0b0-0000-7000-8000-000000000000');
    const changes = [...cursor].flatMap((letter, i) => [
      cursor.slice(0, i) + (letter === 'A' ? 'B' : 'A') + cursor.slice(i + 1),
      cursor.slice(0, i),
      `${cursor.slice(0, i)}=${cursor.slice(i)}`,
    ]);
    for (const changed of [...changes, `${cursor}A`, `${cursor} `, ' '.repeat(40), 'a'.repeat(100_000)]) {
      expect(codeOf(() => readCursor(changed, list))).toBe('invalid_cursor');
    }
  });
});
