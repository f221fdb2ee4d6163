import type { FastifyRequest } from 'fastify';
import { harmlessId } from '../../http/request-id.js';

export const REQUEST_ID = 'x-coreos-request-id';

/** The caller's own number of a request where it is harmless to repeat, else ours. Source: OS1, API reference, `X-COREOS-REQUEST-ID`. */
export function requestNumber({ headers, id }: Pick<FastifyRequest, 'headers' | 'id'>): string {
  return harmlessId(headers[REQUEST_ID]) ?? id;
}
