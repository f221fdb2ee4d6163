import fc from 'fast-check';
import { generateApiKey, hashApiKey, maskApiKey, matchesApiKey, parseApiKey } from './api-key.js';

const UUID = '018f3c1e-7b2a-7c3d-9e4f-5a6b7c8d9e0f';

describe('an API key', () => {
  it('names its environment and its id, which lead back to its row', () => {
    const key = generateApiKey('live', UUID);
    expect(key).toMatch(/^tdg_live_[0-9A-HJKMNP-TV-Z]{26}_[0-9A-Za-z]{43}$/);
    expect(parseApiKey(key)).toEqual({ env: 'live', keyUuid: UUID });
  });

  it('carries all its random bits: no two draws give one key', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(generateApiKey('test', UUID, a) === generateApiKey('test', UUID, b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
      }),
    );
    expect(generateApiKey('test', UUID, Buffer.alloc(32))).toMatch(/_0{43}$/);
    expect(generateApiKey('test', UUID, Buffer.alloc(32, 255))).toHaveLength('tdg_test_'.length + 26 + 1 + 43);
    expect(generateApiKey('test', UUID, Buffer.alloc(32, 255))).not.toBe(generateApiKey('test', UUID, Buffer.alloc(32, 255).fill(254, 31)));
  });

  it('is drawn anew each time', () => {
    expect(generateApiKey('test', UUID)).not.toBe(generateApiKey('test', UUID));
  });

  it('is not made from a bad environment or too few bytes', () => {
    for (const env of ['', 'Live', 'li_ve', 'x'.repeat(17)]) expect(() => generateApiKey(env, UUID)).toThrow(RangeError);
    expect(() => generateApiKey('live', UUID, Buffer.alloc(31))).toThrow(RangeError);
  });

  it('is known again by its hash alone', () => {
    const key = generateApiKey('live', UUID);
    expect(matchesApiKey(key, hashApiKey(key))).toBe(true);
    expect(matchesApiKey(`${key} `, hashApiKey(key))).toBe(false);
    expect(matchesApiKey(key, hashApiKey(key).subarray(0, 31))).toBe(false);
    expect(matchesApiKey(key, Buffer.alloc(0))).toBe(false);
    expect(hashApiKey('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'); // FIPS 180-2, B.1
  });

  it('shows nothing of its secret when masked', () => {
    const key = generateApiKey('live', UUID);
    expect(maskApiKey(key)).toBe(`${key.slice(0, 36)}***`);
    expect(maskApiKey('a-bootstrap-key-of-an-operator-in-free-text')).toBe('***');
  });

  it.each([
    '',
    'tdg_live',
    'tdg_live_8ZZZZZZZZZZZZZZZZZZZZZZZZZ_' + '0'.repeat(43),
    'tdg_live_01HWY1WYSAFGYSWKTTDCYRV7GF_' + '0'.repeat(42),
    'x'.repeat(10_000),
  ])('is not any other text: %j', (text) => {
    expect(parseApiKey(text)).toBeNull();
  });
});
