import { ulidOf } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { newUuid } from '#store/new-id.js';
import type { IncomingMessage } from 'node:http';

const ACCEPTABLE = /^[A-Za-z0-9._-]+$/;

/** The caller's own `X-Request-Id` where it is harmless, else a new one. */
export const requestIdOf = (request: Pick<IncomingMessage, 'headers'>): string =>
  harmlessId(request.headers['x-request-id']) ?? newRequestId();

/** An id that a caller gave its request, where it may be repeated and logged as it is; else null. */
export function harmlessId(given: string | string[] | undefined): string | null {
  const isHarmless = typeof given === 'string' && given.length <= LIMITS.requestIdChars.max && ACCEPTABLE.test(given);
  return isHarmless ? given : null;
}

export const newRequestId = (): string => ulidOf(newUuid());
