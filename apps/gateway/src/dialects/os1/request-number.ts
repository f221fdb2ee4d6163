import type { FastifyRequest } from 'fastify';

export const REQUEST_ID = 'x-coreos-request-id';

const ACCEPTABLE = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own number of a request where it is harmless to repeat, else ours. Source: OS1, API reference, `X-COREOS-REQUEST-ID`. */
export function requestNumber({ headers, id }: Pick<FastifyRequest, 'headers' | 'id'>): string {
  const given = headers[REQUEST_ID];
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : id;
}
