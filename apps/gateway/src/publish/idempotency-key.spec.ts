import fc from 'fast-check';
import { LIMITS } from '#domain/limits.js';
import { readIdempotencyKey } from './idempotency-key.js';

const { max } = LIMITS.idempotencyKeyChars;

describe('the Idempotency-Key header', () => {
  it('may be absent', () => expect(readIdempotencyKey(undefined)).toBeNull());

  it('is any printable ASCII up to its limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: max }), (key) => {
        fc.pre(key.trim() === key);
        expect(readIdempotencyKey([key])).toBe(key);
      }),
    );
    expect(readIdempotencyKey(['k'.repeat(max)])).toHaveLength(max);
  });

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(max + 1)],
    ['a control character', 'a\tb'],
    ['a line break', 'a\n'],
    ['not ASCII', 'clé'],
    ['a blank at its end', 'a '],
    ['a blank', ' '],
  ])('is refused: %s', (_, key) =>
    expect(() => readIdempotencyKey([key])).toThrow(expect.objectContaining({ code: 'invalid_idempotency_key' })),
  );

  it('is given once', () => {
    expect(() => readIdempotencyKey(['a', 'b'])).toThrow(expect.objectContaining({ code: 'invalid_idempotency_key' }));
  });
});
