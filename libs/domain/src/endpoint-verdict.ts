import type { FailureCode, SendResult } from './send-result.js';

/** What one attempt says of its endpoint's health. `unknown`: nothing was sent, so nothing was learned. */
export type EndpointVerdict = 'well' | 'unwell' | 'unknown';

/** Failures in which no request left us: they are about the event's template or our address policy. */
const NOT_SENT: ReadonlySet<FailureCode> = new Set<FailureCode>(['template_error', 'url_invalid', 'blocked_address']);

/** 408 and 429 are an endpoint's words for "too slow" and "too much", as any 5xx is. */
const UNWELL_STATUSES: ReadonlySet<number> = new Set([408, 429]);

/**
 * Judges the endpoint, not the delivery: a 404 or a redirect fails the delivery but comes from an endpoint that answers, so it is well.
 * Faults of ours never come here: they are no result (see LocalFault).
 */
export function judgeEndpoint(result: SendResult): EndpointVerdict {
  if (result.kind === 'failure') return NOT_SENT.has(result.code) ? 'unknown' : 'unwell';
  return result.status >= 500 || UNWELL_STATUSES.has(result.status) ? 'unwell' : 'well';
}
