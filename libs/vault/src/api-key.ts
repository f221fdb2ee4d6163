import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ulidOf, uuidOf } from '#domain/ids.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** 62 ** 43 is the first power of 62 above 2 ** 256. */
const SECRET_CHARS = 43;

const ENVIRONMENT = /^[a-z0-9]{1,16}$/;
const API_KEY = /^tdg_([a-z0-9]{1,16})_([0-9A-HJKMNP-TV-Z]{26})_[0-9A-Za-z]{43}$/;

/**
 * A new API key: `tdg_<env>_<ulid>_<43 base62>`. The ULID is the key's own id, by which its row is found; the rest are 256 random bits.
 * Shown once; only its hash is kept. Throws a RangeError for an environment that is not 1 to 16 of a-z and 0-9, or a wrong count of bytes.
 */
export function generateApiKey(env: string, keyUuid: string, random: Uint8Array = randomBytes(SECRET_BYTES)): string {
  if (!ENVIRONMENT.test(env)) throw new RangeError('The environment in an API key is 1 to 16 lower-case letters and digits.');
  if (random.length !== SECRET_BYTES) throw new RangeError(`An API key is made of ${SECRET_BYTES} random bytes.`);
  return `tdg_${env}_${ulidOf(keyUuid)}_${base62(random)}`;
}

/** The environment and the id in a key that looks like one of ours; null for any other text (a bootstrap key may be free text). */
export function parseApiKey(text: string): { env: string; keyUuid: string } | null {
  const [, env = '', ulid = ''] = API_KEY.exec(text) ?? [];
  const keyUuid = uuidOf(ulid);
  return keyUuid === null ? null : { env, keyUuid };
}

/** SHA-256 of the whole key. A slow hash would guard nothing: 256 random bits cannot be guessed, and each request would pay for it. */
export const hashApiKey = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares in constant time. `hash` is what hashApiKey once gave. */
export function matchesApiKey(text: string, hash: Uint8Array): boolean {
  const own = hashApiKey(text);
  return own.length === hash.length && timingSafeEqual(own, hash);
}

/** What may be shown and logged of a key: whose it is, not what it is. */
export function maskApiKey(text: string): string {
  return parseApiKey(text) === null ? '***' : `${text.slice(0, text.lastIndexOf('_'))}_***`;
}

function base62(bytes: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  while (text.length < SECRET_CHARS) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}
