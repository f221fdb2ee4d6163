import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { parseSigningKey } from '#domain/signature/secret.js';
import { secretOf } from './signature-key.js';

const hmac = (key: Buffer): string => createHmac('sha256', key).update('id.1700000000.{}').digest('hex');

describe('a signature key', () => {
  it('of 16 bytes and more, in either alphabet of base64, signs as the receiver’s own HMAC with it does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), fc.constantFrom('base64', 'base64url'), (bytes, alphabet) => {
        const key = Buffer.from(bytes);
        const signing = parseSigningKey(secretOf(key.toString(alphabet)));
        expect(signing.algorithm === 'hmac-sha256' && hmac(signing.key)).toBe(hmac(key));
      }),
    );
  });

  it('of 24 to 64 bytes is the whsec_ secret itself', () => {
    const text = Buffer.alloc(24, 3).toString('base64');
    expect(secretOf(text)).toBe(`whsec_${text}`);
  });

  it.each([
    ['of 15 bytes', Buffer.alloc(15, 1).toString('base64')],
    ['that is no base64', 'not base64 at all, but long'],
    ['with bits left over', 'AAAAAAAAAAAAAAAAAAAAAB'],
    ['with text after its padding', 'AAAAAAAAAAAAAAAAAAAAAA==AAAA'],
    ['that is empty', ''],
  ])('%s is refused', (_, text) => expect(() => secretOf(text)).toThrow('at least 16 bytes'));
});
