import fc from 'fast-check';
import { checkSecret, formatSecret, parseSigningKey, parseVerifyingKey, publicKeyOf } from './secret.js';

const hmac = { style: 'standard', algorithm: 'hmac-sha256' } as const;
const ed25519 = { style: 'standard', algorithm: 'ed25519' } as const;
const whsec = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const refused = expect.objectContaining({ code: 'secret_invalid' });

describe('an HMAC secret', () => {
  it.each([24, 32, 63, 64])('may have %d bytes', (bytes) => {
    expect(parseSigningKey(whsec(bytes))).toEqual({ algorithm: 'hmac-sha256', key: Buffer.alloc(bytes, 7) });
  });

  it.each([
    ['is empty', ''],
    ['is only a prefix', 'whsec_'],
    ['is a byte short', whsec(23)],
    ['is a byte long', whsec(65)],
    ['has another prefix', `shhh_${Buffer.alloc(32).toString('base64')}`],
    ['has no prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['has letters that are not base64', `whsec_${'*'.repeat(40)}`],
    ['hides a blank', 'whsec_MfKQ9r8GKYqrTwjU PD8ILPZIo2LaLaSw'],
    ['has lost its padding', whsec(32).replace('=', '')],
    ['is base64url', `whsec_${Buffer.alloc(32, 255).toString('base64url')}`],
    ['is a public key', 'whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ])('is refused when it %s', (_why, secret) => {
    expect(() => parseSigningKey(secret)).toThrow(refused);
    expect(checkSecret(hmac, secret, '/secret')).toMatchObject({ path: '/secret', code: 'secret_invalid' });
  });

  it('is never repeated in the refusal', () => {
    expect(checkSecret(hmac, 'whsec_hush', '/secret')?.message).not.toContain('hush');
  });

  it('made from 32 random bytes holds exactly those', () => {
    fc.assert(
      fc.property(bytes32, (random) => {
        expect(parseSigningKey(formatSecret('hmac-sha256', random))).toEqual({ algorithm: 'hmac-sha256', key: Buffer.from(random) });
      }),
    );
    expect(() => formatSecret('hmac-sha256', Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe('an ed25519 secret', () => {
  const secret = formatSecret('ed25519', Buffer.alloc(32, 1));

  it('is a seed with its public key, as RFC 8032 computes it', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const publicKey = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
    expect(formatSecret('ed25519', seed)).toBe(`whsk_${Buffer.concat([seed, publicKey]).toString('base64')}`);
    expect(publicKeyOf(formatSecret('ed25519', seed))).toBe(`whpk_${publicKey.toString('base64')}`);
  });

  it('whose halves do not belong together is refused', () => {
    const mixed = Buffer.from(secret.slice(5), 'base64');
    mixed[63]! ^= 1;
    expect(() => parseSigningKey(`whsk_${mixed.toString('base64')}`)).toThrow(refused);
    expect(() => publicKeyOf(`whsk_${mixed.toString('base64')}`)).toThrow(refused);
  });

  it('is refused at any other length, and where HMAC is wanted', () => {
    expect(() => parseSigningKey(`whsk_${Buffer.alloc(63).toString('base64')}`)).toThrow(refused);
    expect(checkSecret(hmac, secret, '/secret')).toMatchObject({ code: 'secret_invalid' });
    expect(checkSecret(ed25519, secret, '/secret')).toBeNull();
    expect(checkSecret(ed25519, whsec(32), '/secret')).toMatchObject({ code: 'secret_invalid' });
  });

  it('has a public key that a receiver can read', () => {
    expect(parseVerifyingKey(publicKeyOf(secret)).algorithm).toBe('ed25519');
    expect(() => parseVerifyingKey('whpk_AAAA')).toThrow(refused);
    expect(() => parseVerifyingKey(secret)).toThrow(refused);
  });
});

describe('a secret of a dialect', () => {
  const whisperer = { style: 'whisperer', algorithm: 'hmac-sha256' } as const;

  it('may be any text of 1 to 255 bytes', () => {
    for (const secret of ['x', 'a secret with blanks', 'ü', 'x'.repeat(255), whsec(32)])
      expect(checkSecret(whisperer, secret, '/s')).toBeNull();
  });

  it.each(['', 'x'.repeat(256), 'ü'.repeat(128), 'a\nb', '\0', '\ud800', 42, null, undefined])('is refused: %j', (secret) => {
    expect(checkSecret(whisperer, secret, '/s')).toMatchObject({ code: 'secret_invalid' });
  });
});
