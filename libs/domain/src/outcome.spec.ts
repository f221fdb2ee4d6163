import fc from 'fast-check';
import { decideOutcome, type Attempted } from './outcome.js';
import type { FailureCode, SendResult } from './send-result.js';
import { defaultFailureHandling, type FailureHandling } from './subscription.js';

const NOW = Date.UTC(2026, 0, 1);
const timings = { dnsMs: 1, connectMs: 1, tlsMs: null, firstByteMs: 2, totalMs: 3 };
const answer = (status: number, retryAfter?: string): SendResult => ({
  kind: 'response',
  status,
  headers: {},
  bodyPrefix: Buffer.alloc(0),
  truncated: false,
  timings,
  retryAfter,
});
const failure = (code: FailureCode): SendResult => ({ kind: 'failure', code, message: '', timings });

const handling = (changes: Partial<FailureHandling> = {}): FailureHandling => ({
  ...defaultFailureHandling(),
  retry: { kind: 'fixed', delaySeconds: 60, maxAttempts: 3 },
  ...changes,
});
const strict = handling({ divert: true, suspend: true, alertEndpoint: { url: 'https://alerts.example.com' } });

const decide = (result: SendResult, changes: Partial<Attempted> = {}) =>
  decideOutcome({ result, failureHandling: handling(), retriesSoFar: 0, random: 0.5, nowMs: NOW, ...changes });

describe('an attempt', () => {
  it.each([200, 201, 204, 205, 299])('answered %d is delivered', (status) => {
    expect(decide(answer(status))).toEqual({ kind: 'delivered', reason: 'acknowledged' });
  });

  it.each([100, 301, 302, 304, 400, 401, 404, 413, 429, 500, 503, 600, 999])('answered %d is tried again', (status) => {
    expect(decide(answer(status))).toEqual({ kind: 'retry', delaySeconds: 60, pauseSeconds: null });
  });

  it.each<FailureCode>([
    'timeout_total',
    'dns_error',
    'connection_refused',
    'tls_expired',
    'blocked_address',
    'template_error',
    'protocol_error',
  ])('that ended in %s is tried again', (code) => {
    expect(decide(failure(code))).toEqual({ kind: 'retry', delaySeconds: 60, pauseSeconds: null });
  });

  it('answered 410 is refused whatever the triggers and however many attempts are left', () => {
    for (const triggers of [[], ['410'], ['4xx'], ['5xx']]) {
      for (const retriesSoFar of [0, 2, 9]) {
        expect(decide(answer(410), { failureHandling: { ...strict, triggers }, retriesSoFar })).toEqual({
          kind: 'refused',
          reason: 'gone',
        });
      }
    }
  });

  it('that fails outside the triggers ends at once, with no diversion, suspension or alert', () => {
    const failureHandling = { ...strict, triggers: ['5xx'] };
    expect(decide(answer(403), { failureHandling })).toEqual({ kind: 'failed', reason: 'not_retryable', suspend: false, alert: false });
    expect(decide(failure('timeout_dns'), { failureHandling })).toEqual({
      kind: 'failed',
      reason: 'not_retryable',
      suspend: false,
      alert: false,
    });
  });

  it('that was the last one fails, or is diverted, with what the subscription asked for', () => {
    expect(decide(answer(500), { retriesSoFar: 2 })).toEqual({
      kind: 'failed',
      reason: 'attempts_exhausted',
      suspend: false,
      alert: false,
    });
    expect(decide(answer(500), { retriesSoFar: 2, failureHandling: strict })).toEqual({
      kind: 'diverted',
      reason: 'attempts_exhausted',
      suspend: true,
      alert: true,
    });
  });

  it('under no retry policy is given up after one failure, with what the subscription asked for', () => {
    expect(decide(answer(500), { failureHandling: { ...strict, retry: null } })).toEqual({
      kind: 'diverted',
      reason: 'not_retryable',
      suspend: true,
      alert: true,
    });
  });

  it('suspends and alerts also when the policy was shortened meanwhile', () => {
    expect(decide(answer(500), { retriesSoFar: 7, failureHandling: strict })).toMatchObject({
      kind: 'diverted',
      suspend: true,
      alert: true,
    });
  });
});

describe('a Retry-After', () => {
  it.each<[string, number]>([
    ['90', 90],
    ['0', 60],
    ['10', 60],
    ['3600', 3_600],
    ['3601', 3_600],
    ['1000000000', 3_600],
    ['Thu, 01 Jan 2026 00:10:00 GMT', 600],
  ])('%j on a 429 waits and pauses the subscription for %d s', (header, seconds) => {
    expect(decide(answer(429, header))).toEqual({ kind: 'retry', delaySeconds: seconds, pauseSeconds: seconds });
  });

  it.each(['junk', '-5', '1e9', '', 'Wed, 31 Dec 2025 23:59:00 GMT'])('%j is ignored', (header) => {
    expect(decide(answer(429, header))).toEqual({ kind: 'retry', delaySeconds: 60, pauseSeconds: null });
  });

  it('pauses the subscription on 503 too, and on any other status only delays', () => {
    expect(decide(answer(503, '90'))).toEqual({ kind: 'retry', delaySeconds: 90, pauseSeconds: 90 });
    expect(decide(answer(500, '90'))).toEqual({ kind: 'retry', delaySeconds: 90, pauseSeconds: null });
    expect(decide(answer(302, '90'))).toEqual({ kind: 'retry', delaySeconds: 90, pauseSeconds: null });
  });

  it('may stretch a long delay to twice its length', () => {
    const failureHandling = handling({ retry: { kind: 'fixed', delaySeconds: 7_200, maxAttempts: 3 } });
    expect(decide(answer(429, '99999'), { failureHandling })).toMatchObject({ delaySeconds: 14_400 });
  });

  it('does not revive a delivery whose attempts are used up', () => {
    expect(decide(answer(429, '90'), { retriesSoFar: 2 })).toMatchObject({ kind: 'failed', reason: 'attempts_exhausted' });
  });

  it('stays between the policy’s delay and the ceiling for every value', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 604_800 }), (asked, delaySeconds) => {
        const failureHandling = handling({ retry: { kind: 'fixed', delaySeconds, maxAttempts: 3 } });
        const outcome = decide(answer(429, String(asked)), { failureHandling });
        if (outcome.kind !== 'retry') throw new Error('expected a retry');
        expect(outcome.delaySeconds).toBeGreaterThanOrEqual(delaySeconds);
        expect(outcome.delaySeconds).toBeLessThanOrEqual(Math.min(Math.max(2 * delaySeconds, 3_600), 604_800));
      }),
    );
  });
});
