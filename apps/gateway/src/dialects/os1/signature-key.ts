import { invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { createHash } from 'node:crypto';

/** What 128 bits take; a shorter key can be guessed, and OS1's documents state no length. */
const MIN_BYTES = 16;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * OS1's `signatureKey`, the base64 of an HMAC secret, as a `whsec_` secret that makes the same signatures. HMAC fills a key up to its
 * block with zeros and hashes one that is longer than the block (RFC 2104, 2); doing so here changes nothing for the receiver, and every
 * key of at least 16 bytes then has one of the lengths that a `whsec_` secret may have. Throws `secret_invalid`.
 */
export function secretOf(signatureKey: string): string {
  const key = decode(signatureKey);
  if (key === null || key.length < MIN_BYTES) {
    throw invalidField('/webhook/signatureKey', 'secret_invalid', `A signature key is the base64 of at least ${MIN_BYTES} bytes.`);
  }
  return `whsec_${fitted(key).toString('base64')}`;
}

/** Both alphabets of base64, with padding or without; null for anything that does not read back as it was written. */
function decode(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  const isExact = BASE64.test(text) && bytes.toString('base64url') === text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return isExact ? bytes : null;
}

function fitted(key: Buffer): Buffer {
  const { min, max } = LIMITS.secretBytes;
  if (key.length > max) return createHash('sha256').update(key).digest();
  return key.length < min ? Buffer.concat([key, Buffer.alloc(min - key.length)]) : key;
}
