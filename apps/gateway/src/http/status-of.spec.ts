import { codeOfStatus, retryAfterSeconds, statusOf } from './status-of.js';

describe('the table of codes and statuses', () => {
  it.each([
    ['invalid_json', 400],
    ['unauthenticated', 401],
    ['insufficient_scope', 403],
    ['not_found', 404],
    ['already_exists', 409],
    ['stale_version', 412],
    ['payload_too_large', 413],
    ['unsupported_media_type', 415],
    ['rate_limited', 429],
    ['storage_unavailable', 503],
    ['secret_unreadable', 500],
  ])('%s is %i', (code, status) => expect(statusOf(code)).toBe(status));

  it('calls a code that it does not know invalid: 422', () => {
    expect(statusOf('filter_too_complex')).toBe(422);
    expect(statusOf('constructor')).toBe(422);
  });

  it('gives what the HTTP layer refuses a code that leads back to its status', () => {
    for (const status of [400, 404, 405, 408, 413, 414, 415, 429, 431, 500, 503]) expect(statusOf(codeOfStatus(status))).toBe(status);
  });

  it('asks to try again exactly for 429 and 503', () => {
    expect([400, 409, 429, 500, 503].filter((status) => retryAfterSeconds(status) !== null)).toEqual([429, 503]);
  });
});
