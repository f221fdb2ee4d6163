import type { FastifyRequest } from 'fastify';
import type { ErrorEnvelope } from '../../http/error-envelopes.js';
import { masked } from './masked.js';
import { REQUEST_ID, requestNumber } from './request-number.js';

/** The statuses that OS1's clients know, and 409; every other refusal is a bad request to them. */
const KNOWN = new Set([401, 403, 404, 409, 429]);
/** A longer body is not repeated: a refusal must not cost more than an answer. */
const REPEATED_BYTES = 16 * 1_024;

/**
 * `{error: {code, description, additionalInfo: {errorTrace}}, request: {uri, method, queryString, body}}`; secrets in the body are masked.
 * Source: OS1, API reference, responses.
 */
export const os1Envelope: ErrorEnvelope = ({ status, code, detail, errors = [] }, request) => ({
  status: statusFor(status),
  contentType: 'application/json; charset=utf-8',
  headers: { [REQUEST_ID]: requestNumber(request) },
  body: {
    error: { code, description: detail, additionalInfo: { errorTrace: errors } },
    request: { ...addressOf(request.url), method: request.method, body: bodyOf(request) },
  },
});

const statusFor = (status: number): number => (status >= 500 || KNOWN.has(status) ? status : status === 412 ? 409 : 400);

function addressOf(url: string): { uri: string; queryString: string } {
  const [uri = '', ...query] = url.split('?');
  return { uri, queryString: query.join('?') };
}

const bodyOf = ({ body, rawBody }: FastifyRequest): unknown => ((rawBody?.length ?? 0) > REPEATED_BYTES ? null : masked(body ?? null));
