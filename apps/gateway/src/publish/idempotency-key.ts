import { invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Reads the Idempotency-Key header; null when there is none. Throws `invalid_idempotency_key`. */
export function readIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && header.length <= LIMITS.idempotencyKeyChars.max && PRINTABLE.test(header)) return header;
  throw invalidField(
    '/Idempotency-Key',
    'invalid_idempotency_key',
    `An idempotency key is one header of 1 to ${LIMITS.idempotencyKeyChars.max} printable ASCII characters.`,
  );
}
