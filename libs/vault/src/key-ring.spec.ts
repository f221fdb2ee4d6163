import { parseKeyRing } from './key-ring.js';

const key = (fill: number) => Buffer.alloc(32, fill);
const base64 = (fill: number) => key(fill).toString('base64');

describe('a key ring', () => {
  it('makes its first key the active one and keeps the others', () => {
    const ring = parseKeyRing(`2026-05:${base64(1)}, 2025-11:${base64(2)}`);
    expect(ring.active).toEqual({ kid: '2026-05', key: key(1) });
    expect([...ring.byKid.keys()]).toEqual(['2026-05', '2025-11']);
    expect(ring.byKid.get('2025-11')?.key).toEqual(key(2));
  });

  it('takes base64 with or without padding, and base64url', () => {
    for (const text of [base64(255), base64(255).replace('=', ''), key(255).toString('base64url')])
      expect(parseKeyRing(`k:${text}`).active.key).toEqual(key(255));
  });

  it.each([
    ['nothing', '', 'Entry 1'],
    ['a key without an id', base64(1), 'Entry 1'],
    ['an empty id', `:${base64(1)}`, 'Entry 1'],
    ['an id with a dot, which would break the sealed form', `a.b:${base64(1)}`, 'Entry 1'],
    ['key and id in the wrong order', `${base64(1)}:k1`, 'Entry 1'],
    ['an unpadded key as id', `${base64(1).replace('=', '')}:k1`, 'Entry 1'],
    ['a trailing comma', `k1:${base64(1)},`, 'Entry 2'],
    ['an empty key', 'k1:', '"k1"'],
    ['a key of 31 bytes', `k1:${Buffer.alloc(31).toString('base64')}`, '"k1"'],
    ['a key of 33 bytes', `k1:${Buffer.alloc(33).toString('base64')}`, '"k1"'],
    ['a mistyped key', `k1:${base64(1).replace('A', '!')}`, '"k1"'],
    ['a blank within a key', `k1:${base64(1).slice(0, 9)} ${base64(1).slice(9)}`, '"k1"'],
    ['the same id twice', `k1:${base64(1)},k1:${base64(2)}`, '"k1"'],
  ])('is refused with %s', (_what, text, named) => {
    expect(() => parseKeyRing(text)).toThrow(
      expect.objectContaining({ code: 'secret_keys_invalid', message: expect.stringContaining(named) }),
    );
  });

  it('never repeats a key in a refusal', () => {
    for (const text of [base64(7), `${base64(7)}:k1`, `k1:${base64(7)}x`, `${base64(7).replace('=', '')}:k1`]) {
      expect(() => parseKeyRing(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(base64(7).slice(0, 20)) }));
    }
  });
});
