import { STATUS_CODES } from 'node:http';

/** The one table of refusal codes and HTTP statuses. A code that is not in it is a parsable but invalid request: 422. */
const STATUS: ReadonlyMap<string, number> = new Map([
  // 400: cannot be parsed
  ['bad_request', 400],
  ['invalid_json', 400],
  ['invalid_encoding', 400],
  ['empty_body', 400],
  ['forbidden_key', 400],
  // 401 and 403: who asks, and what for
  ['unauthenticated', 401],
  ['insufficient_scope', 403],
  ['tenant_key_required', 403],
  ['permission_denied', 403],
  ['app_permission_missing', 403],
  // 404 and its kin; another tenant's things do not exist either
  ['not_found', 404],
  ['method_not_allowed', 405],
  ['request_timeout', 408],
  ['gone', 410],
  ['payload_expunged', 410],
  ['uri_too_long', 414],
  // 409: at odds with what is stored
  ['conflict', 409],
  ['already_exists', 409],
  ['busy', 409],
  ['quota_exceeded', 409],
  ['rotation_limit', 409],
  ['delivery_in_flight', 409],
  ['delivery_ended', 409],
  ['subscription_deleted', 409],
  ['subscription_inactive', 409],
  ['replay_overlaps', 409],
  ['replay_ended', 409],
  ['event_expunged', 409],
  ['endpoint_unverified', 409],
  ['idempotency_in_progress', 409],
  ['stale_version', 412],
  // The body as a whole
  ['payload_too_large', 413],
  ['unsupported_media_type', 415],
  ['precondition_required', 428],
  ['request_headers_too_large', 431],
  // It goes round in circles (RFC 5842)
  ['webhook_loop', 508],
  // Not now
  ['rate_limited', 429],
  // Our own failures: the caller learns the status and nothing else
  ['internal_error', 500],
  ['secret_key_missing', 500],
  ['secret_unreadable', 500],
  ['secret_missing', 500],
  ['vault_broken', 500],
  ['overloaded', 503],
  ['storage_unavailable', 503],
  ['shutting_down', 503],
]);

/** HTTP status of a refusal's code. */
export const statusOf = (code: string): number => STATUS.get(code) ?? 422;

const codeByStatus = new Map([
  [400, 'bad_request'],
  [404, 'not_found'],
  [405, 'method_not_allowed'],
  [408, 'request_timeout'],
  [413, 'payload_too_large'],
  [414, 'uri_too_long'],
  [415, 'unsupported_media_type'],
  [429, 'rate_limited'],
  [431, 'request_headers_too_large'],
  [503, 'overloaded'],
]);

/** Code of a refusal that the HTTP layer itself made, of which only the status is known. */
export const codeOfStatus = (status: number): string => codeByStatus.get(status) ?? (status >= 500 ? 'internal_error' : 'bad_request');

/** The words that belong to a status: `Not Found`. */
export const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';

/** Seconds after which a caller may try again; null where trying again is not what the status asks for. */
export const retryAfterSeconds = (status: number): number | null => (status === 429 || status === 503 ? 1 : null);
