import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { DomainError, type FieldError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { SignatureAlgorithm, SignatureStyle } from '../subscription.js';

/** What a Standard Webhooks signature is made with. */
export type SigningKey = { algorithm: 'hmac-sha256'; key: Buffer } | { algorithm: 'ed25519'; privateKey: KeyObject };

/** What one is checked with: the same secret, or the public half. */
export type VerifyingKey = { algorithm: 'hmac-sha256'; key: Buffer } | { algorithm: 'ed25519'; publicKey: KeyObject };

/** DER headers that turn the 32 raw bytes of an ed25519 key into what node:crypto imports. Source: RFC 8410, 7 and 4. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_BYTES = 32;

/**
 * Reads `whsec_<base64 of 24 to 64 bytes>` (HMAC) or `whsk_<base64 of seed and public key, 64 bytes>` (ed25519).
 * Throws `secret_invalid`; the message never holds the secret. Source: Standard Webhooks 1.0, "Signature scheme".
 */
export function parseSigningKey(secret: string): SigningKey {
  if (secret.startsWith('whsk_'))
    return { algorithm: 'ed25519', privateKey: parsePair(decode(secret, 'whsk_', 2 * RAW_BYTES, 2 * RAW_BYTES)) };
  return { algorithm: 'hmac-sha256', key: decode(secret, 'whsec_', LIMITS.secretBytes.min, LIMITS.secretBytes.max) };
}

/** Reads what a receiver holds: `whsec_…`, or the public `whpk_<base64 of 32 bytes>`. Throws `secret_invalid`. */
export function parseVerifyingKey(text: string): VerifyingKey {
  if (!text.startsWith('whpk_'))
    return { algorithm: 'hmac-sha256', key: decode(text, 'whsec_', LIMITS.secretBytes.min, LIMITS.secretBytes.max) };
  const raw = decode(text, 'whpk_', RAW_BYTES, RAW_BYTES);
  return { algorithm: 'ed25519', publicKey: createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' }) };
}

/** Writes a secret from 32 random bytes, which are an ed25519 key's seed. */
export function formatSecret(algorithm: SignatureAlgorithm, random: Uint8Array): string {
  if (random.length !== RAW_BYTES) throw new RangeError('A signing secret is made of 32 random bytes.');
  if (algorithm === 'hmac-sha256') return `whsec_${Buffer.from(random).toString('base64')}`;
  return `whsk_${Buffer.concat([random, rawPublicKey(importSeed(Buffer.from(random)))]).toString('base64')}`;
}

/** The `whpk_…` that a receiver checks a `whsk_…` secret's signatures with. Throws `secret_invalid`. */
export function publicKeyOf(secret: string): string {
  const pair = decode(secret, 'whsk_', 2 * RAW_BYTES, 2 * RAW_BYTES);
  return `whpk_${rawPublicKey(parsePair(pair)).toString('base64')}`;
}

/**
 * What is wrong with a secret that a tenant brings, or null. A dialect's own style takes any text, as its upstream does;
 * the standard style takes the form of its algorithm.
 */
export function checkSecret(
  signature: { style: SignatureStyle; algorithm: SignatureAlgorithm },
  secret: unknown,
  path: string,
): FieldError | null {
  if (typeof secret !== 'string') return { path, code: 'secret_invalid', message: 'A secret is a text.' };
  if (signature.style !== 'standard') return checkPlainSecret(secret, path);
  try {
    const { algorithm } = parseSigningKey(secret);
    return algorithm === signature.algorithm
      ? null
      : { path, code: 'secret_invalid', message: `The secret is not one for ${signature.algorithm}.` };
  } catch (error) {
    if (error instanceof DomainError) return { path, code: error.code, message: error.message };
    throw error;
  }
}

function checkPlainSecret(secret: string, path: string): FieldError | null {
  const { min, max } = LIMITS.plainSecretBytes;
  const bytes = Buffer.byteLength(secret);
  const sound = bytes >= min && bytes <= max && !/[\p{Cc}\p{Cs}]/u.test(secret);
  return sound ? null : { path, code: 'secret_invalid', message: `A secret has ${min} to ${max} bytes and no control characters.` };
}

/** Strict base64: Buffer.from alone skips what it does not know. */
function decode(text: string, prefix: string, min: number, max: number): Buffer {
  const bytes = Buffer.from(text.slice(prefix.length), 'base64');
  const sound = `${prefix}${bytes.toString('base64')}` === text && bytes.length >= min && bytes.length <= max;
  if (!sound)
    throw new DomainError('secret_invalid', `A secret is "${prefix}" and the base64 of ${min === max ? min : `${min} to ${max}`} bytes.`);
  return bytes;
}

function parsePair(pair: Buffer): KeyObject {
  const privateKey = importSeed(pair.subarray(0, RAW_BYTES));
  if (!rawPublicKey(privateKey).equals(pair.subarray(RAW_BYTES))) {
    throw new DomainError('secret_invalid', 'The public half of the secret does not belong to its private half.');
  }
  return privateKey;
}

const importSeed = (seed: Buffer): KeyObject => createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });

const rawPublicKey = (privateKey: KeyObject): Buffer =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-RAW_BYTES);
