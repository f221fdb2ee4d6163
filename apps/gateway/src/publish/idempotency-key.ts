import { invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Reads the Idempotency-Key header from all that were sent (Node joins two into one text, which would be a key that nobody chose); null when
 * there is none. Throws `invalid_idempotency_key`.
 */
export function readIdempotencyKey(headers: readonly string[] | undefined): string | null {
  if (headers === undefined) return null;
  const [key = '', ...others] = headers;
  if (others.length === 0 && key.length <= LIMITS.idempotencyKeyChars.max && PRINTABLE.test(key)) return key;
  throw invalidField(
    '/Idempotency-Key',
    'invalid_idempotency_key',
    `An idempotency key is one header of 1 to ${LIMITS.idempotencyKeyChars.max} printable ASCII characters.`,
  );
}
