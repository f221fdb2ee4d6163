import { DomainError } from '#domain/errors.js';

export interface RingKey {
  kid: string;
  /** 32 bytes: AES-256. */
  key: Buffer;
}

/** The keys that secrets are encrypted with: new ones with `active`, old ones with whichever their text names. */
export interface KeyRing {
  active: RingKey;
  byKid: ReadonlyMap<string, RingKey>;
}

const KEY_BYTES = 32;

/** Short enough that no key in base64 passes for a name, so that a message which names it gives no key away. */
const KID = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * Reads `kid:base64,kid:base64,…`; the first is active. To rotate, put a new key in front and keep the old ones until all is sealed anew.
 * Throws `secret_keys_invalid`, naming the kid or the position and never a value.
 */
export function parseKeyRing(text: string): KeyRing {
  const keys = text.split(',').map((entry, i) => parseEntry(entry.trim(), i + 1));
  const byKid = new Map(keys.map((key) => [key.kid, key]));
  const repeated = keys.find((key) => byKid.get(key.kid) !== key);
  if (repeated) throw refuse(`The key id "${repeated.kid}" is used twice.`);
  return { active: keys[0] as RingKey, byKid };
}

function parseEntry(entry: string, position: number): RingKey {
  const colon = entry.indexOf(':');
  const kid = entry.slice(0, Math.max(colon, 0));
  if (!KID.test(kid))
    throw refuse(`Entry ${position} of the key ring does not start with a key id of 1 to 32 letters, digits, "_" or "-" and a colon.`);
  const encoded = entry.slice(colon + 1);
  const key = Buffer.from(encoded, 'base64');
  // Buffer.from skips what is not base64; a key that was mistyped must not pass as another key.
  const canonical = [key.toString('base64'), key.toString('base64').replace(/=+$/, ''), key.toString('base64url')].includes(encoded);
  if (!canonical || key.length !== KEY_BYTES) throw refuse(`The key "${kid}" is not the base64 of ${KEY_BYTES} bytes.`);
  return { kid, key };
}

const refuse = (message: string): DomainError => new DomainError('secret_keys_invalid', message);
