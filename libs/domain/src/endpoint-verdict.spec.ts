import { judgeEndpoint } from './endpoint-verdict.js';
import { FAILURE_CODES, type SendResult, type Timings } from './send-result.js';

const timings: Timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 1 };
const answered = (status: number): SendResult => ({
  kind: 'response',
  status,
  headers: {},
  bodyPrefix: Buffer.alloc(0),
  truncated: false,
  timings,
});

describe('an endpoint', () => {
  it.each([200, 204, 301, 304, 400, 401, 404, 410, 422])('that answers %d is well', (status) => {
    expect(judgeEndpoint(answered(status))).toBe('well');
  });

  it.each([408, 429, 500, 502, 503, 504, 599])('that answers %d is unwell', (status) => {
    expect(judgeEndpoint(answered(status))).toBe('unwell');
  });

  it('that brings no answer is unwell, unless nothing was sent to it', () => {
    const unwell = FAILURE_CODES.filter((code) => judgeEndpoint({ kind: 'failure', code, message: '', timings }) === 'unwell');
    expect(FAILURE_CODES.filter((code) => !unwell.includes(code))).toEqual(['blocked_address', 'template_error', 'url_invalid']);
  });
});
