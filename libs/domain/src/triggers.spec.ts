import { FAILURE_CODES, isTimeout, type FailureCode, type SendResult } from './send-result.js';
import { defaultFailureHandling } from './subscription.js';
import { matchesTrigger, matchingTrigger, validateTriggers } from './triggers.js';

const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 1 };
const answer = (status: number): SendResult => ({
  kind: 'response',
  status,
  headers: {},
  bodyPrefix: Buffer.alloc(0),
  truncated: false,
  timings,
});
const failure = (code: FailureCode): SendResult => ({ kind: 'failure', code, message: '', timings });

describe('a failure', () => {
  it.each<[string, SendResult, boolean]>([
    ['404', answer(404), true],
    ['404', answer(403), false],
    ['4xx', answer(400), true],
    ['4xx', answer(499), true],
    ['4xx', answer(500), false],
    ['4xx', answer(302), false],
    ['5xx', answer(599), true],
    ['5xx', answer(600), false],
    ['3xx', answer(304), true],
    ['1xx', answer(101), true],
    ['network', answer(302), true],
    ['network', answer(999), true],
    ['network', answer(404), false],
    ['network', answer(503), false],
    ['999', answer(999), true],
    ['timeout', failure('timeout_total'), true],
    ['timeout', failure('connection_reset'), false],
    ['timeout', answer(504), false],
    ['network', failure('timeout_connect'), false],
    ['network', failure('tls_untrusted'), true],
    ['network', failure('blocked_address'), true],
    ['network', failure('template_error'), true],
    ['5xx', failure('connection_refused'), false],
  ])('of trigger %s and result %j matches: %s', (trigger, result, expected) => {
    expect(matchesTrigger([trigger], result)).toBe(expected);
  });

  it('is named by the narrowest trigger it meets', () => {
    expect(matchingTrigger(['5xx', '503'], answer(503))).toBe('503');
    expect(matchingTrigger(['network', '3xx'], answer(302))).toBe('3xx');
    expect(matchingTrigger(['4xx'], answer(503))).toBeNull();
  });

  it('of any kind is covered by the native default, and a 2xx never is', () => {
    const { triggers } = defaultFailureHandling();
    for (let status = 100; status <= 999; status++) expect(matchesTrigger(triggers, answer(status))).toBe(status < 200 || status > 299);
    for (const code of FAILURE_CODES) expect(matchesTrigger(triggers, failure(code))).toBe(true);
  });

  it('without an answer is either a timeout or the network’s, never both', () => {
    for (const code of FAILURE_CODES) {
      expect(matchesTrigger(['timeout'], failure(code))).toBe(isTimeout(code));
      expect(matchesTrigger(['network'], failure(code))).toBe(!isTimeout(code));
    }
  });
});

describe('triggers in a request', () => {
  it('may be exact codes, classes and kinds', () => {
    expect(validateTriggers(['404', '1xx', '3xx', '4xx', '5xx', 'timeout', 'network', '999'], '/t')).toEqual([]);
    expect(validateTriggers([], '/t')).toEqual([]);
  });

  it.each(['6xx', 'banana', '2xx', '200', '204', '40', '4040', '4XX', '099', ' 404', '', 404, null])('may not be %j', (trigger) => {
    expect(validateTriggers(['4xx', trigger], '/t')).toEqual([expect.objectContaining({ path: '/t/1', code: 'invalid_value' })]);
  });

  it('must be a list of bounded length', () => {
    expect(validateTriggers('4xx', '/t')).toEqual([expect.objectContaining({ path: '/t', code: 'invalid_type' })]);
    expect(validateTriggers(Array(100).fill('404'), '/t')).toEqual([]);
    expect(validateTriggers(Array(101).fill('404'), '/t')).toEqual([expect.objectContaining({ path: '/t', code: 'too_many_items' })]);
  });
});
