import { matchesTrigger } from '#domain/triggers.js';
import { changeTriggers, failureTrigger, showTriggers, toTriggers, TRIGGER } from './triggers.js';

const NO_TIMINGS = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: null };
const refused = { kind: 'failure', code: 'connection_refused', message: '', timings: NO_TIMINGS } as const;

describe('a trigger', () => {
  it('"timeout" also stands for a receiver that cannot be reached', () => {
    expect(matchesTrigger(toTriggers(['timeout']), refused)).toBe(true);
    expect(matchesTrigger(toTriggers(['4xx', '5xx']), refused)).toBe(false);
  });

  it('is told again as it was said', () => {
    expect(showTriggers(toTriggers(['404', '5xx', 'timeout', '404']))).toEqual(['404', '5xx', 'timeout']);
    expect(showTriggers(['network'])).toEqual(['network']);
  });

  it('that is removed and added is there', () => {
    expect(changeTriggers(['404'], ['404'], ['404'])).toEqual(['404']);
    expect(changeTriggers(['5xx', 'timeout', 'network'], ['timeout'], ['503'])).toEqual(['5xx', '503']);
  });

  it.each(['6xx', 'banana', '200', '2xx', '404 ', '4XX', 'network', ''])('is not %j', (text) => {
    expect(text).not.toMatch(TRIGGER);
  });

  it('of a failed delivery is the status where the webhook names it, else the class', () => {
    expect(failureTrigger(['5xx', '500'], 500)).toBe('500');
    expect(failureTrigger(['5xx'], 503)).toBe('5xx');
    expect(failureTrigger(['5xx', 'timeout'], null)).toBe('timeout');
  });
});
