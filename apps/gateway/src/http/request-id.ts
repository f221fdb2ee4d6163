import { ulidOf } from '#domain/ids.js';
import { newUuid } from '#store/new-id.js';
import type { IncomingMessage } from 'node:http';

const ACCEPTABLE = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own `X-Request-Id` where it is harmless to repeat and to log, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : newRequestId();
}

export const newRequestId = (): string => ulidOf(newUuid());
