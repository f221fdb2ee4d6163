import fc from 'fast-check';
import { firstDelaySeconds, MAX_DELAY_SECONDS, nextDelaySeconds, validateRetryPolicy } from './retry-policy.js';
import { defaultFailureHandling, type RetryPolicy } from './subscription.js';

const seconds = fc.double({ min: 0, max: MAX_DELAY_SECONDS, noNaN: true });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const common = {
  maxAttempts: fc.integer({ min: 1, max: 100 }),
  jitter: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
};
const limitSeconds = fc.option(seconds, { nil: null });

const policies: fc.Arbitrary<RetryPolicy> = fc.oneof(
  fc.record({ kind: fc.constant('fixed' as const), delaySeconds: seconds, ...common }),
  fc.record({ kind: fc.constant('linear' as const), baseSeconds: seconds, limitSeconds, ...common }),
  fc.record({ kind: fc.constant('exponential' as const), base: seconds, initialSeconds: seconds, limitSeconds, ...common }),
  fc
    .tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 1_000 }), common.maxAttempts)
    .map(([min, span, maxAttempts]) => ({ kind: 'random' as const, minSeconds: min, maxSeconds: min + span, maxAttempts })),
  fc.record({ kind: fc.constant('schedule' as const), delaysSeconds: fc.array(seconds, { minLength: 1, maxLength: 100 }), ...common }),
);

const delays = (policy: RetryPolicy, count: number) => Array.from({ length: count }, (_, n) => nextDelaySeconds(policy, n, 0.5));

describe('the wait before a retry', () => {
  it('is always the same for a fixed policy', () => {
    expect(delays({ kind: 'fixed', delaySeconds: 30, maxAttempts: 4 }, 4)).toEqual([30, 30, 30, null]);
  });

  it('grows by the base for a linear policy, whose first retry is immediate', () => {
    expect(delays({ kind: 'linear', baseSeconds: 60, limitSeconds: 150, maxAttempts: 6 }, 6)).toEqual([0, 60, 120, 150, 150, null]);
  });

  it('doubles from one second for an exponential policy of base 2', () => {
    expect(delays({ kind: 'exponential', base: 2, maxAttempts: 11 }, 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, null]);
  });

  it('starts an exponential policy at its initial delay and stops it at its limit', () => {
    expect(delays({ kind: 'exponential', base: 3, initialSeconds: 10, limitSeconds: 100, maxAttempts: 9 }, 4)).toEqual([10, 30, 90, 100]);
  });

  it('reaches both ends of a random range, in whole seconds', () => {
    const policy: RetryPolicy = { kind: 'random', minSeconds: 5, maxSeconds: 7, maxAttempts: 2 };
    expect([0, 0.34, 0.67, 0.999999].map((draw) => nextDelaySeconds(policy, 0, draw))).toEqual([5, 6, 7, 7]);
  });

  it('reads a schedule as the wait before attempt i + 1 and repeats the last', () => {
    const policy: RetryPolicy = { kind: 'schedule', delaysSeconds: [0, 5, 300], maxAttempts: 5 };
    expect(firstDelaySeconds(policy)).toBe(0);
    expect(delays(policy, 5)).toEqual([5, 300, 300, 300, null]);
  });

  it('follows the native default through ten attempts', () => {
    const { retry } = defaultFailureHandling();
    expect([firstDelaySeconds(retry), ...delays(retry!, 10)]).toEqual([
      0,
      5,
      300,
      1_800,
      7_200,
      18_000,
      36_000,
      50_400,
      72_000,
      86_400,
      null,
    ]);
  });

  it('precedes the first attempt only where a schedule says so', () => {
    expect(firstDelaySeconds({ kind: 'schedule', delaysSeconds: [60, 5], maxAttempts: 2 })).toBe(60);
    expect(firstDelaySeconds({ kind: 'fixed', delaySeconds: 60, maxAttempts: 2 })).toBe(0);
    expect(firstDelaySeconds(null)).toBe(0);
  });

  it('spreads by the jitter around the delay, also at the limit', () => {
    const policy: RetryPolicy = { kind: 'linear', baseSeconds: 100, limitSeconds: 100, jitter: 0.2, maxAttempts: 9 };
    expect(nextDelaySeconds(policy, 5, 0)).toBeCloseTo(80);
    expect(nextDelaySeconds(policy, 5, 0.5)).toBe(100);
    expect(nextDelaySeconds(policy, 5, 0.999999)).toBeCloseTo(120, 3);
  });

  it('is finite, never negative and at most seven days for every policy, retry and draw', () => {
    fc.assert(
      fc.property(policies, fc.nat({ max: 98 }), random, (policy, n, draw) => {
        const delay = nextDelaySeconds({ ...policy, maxAttempts: 100 }, n, draw);
        expect(delay).not.toBeNull();
        expect(Number.isFinite(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(MAX_DELAY_SECONDS);
      }),
    );
  });

  it('stays zero for an exponential policy that starts at zero, also where the growth overflows', () => {
    expect(nextDelaySeconds({ kind: 'exponential', base: 604_800, initialSeconds: 0, maxAttempts: 100 }, 98, 0.5)).toBe(0);
  });

  it('stays finite after any number of retries', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1_000, max: Number.MAX_SAFE_INTEGER - 1 }), random, (policy, n, draw) => {
        expect(Number.isFinite(nextDelaySeconds({ ...policy, maxAttempts: Infinity }, n, draw))).toBe(true);
      }),
    );
  });

  it('never exceeds the limit by more than the jitter', () => {
    fc.assert(
      fc.property(
        seconds,
        seconds,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat({ max: 98 }),
        random,
        (base, limit, jitter, n, draw) => {
          const delay = nextDelaySeconds({ kind: 'exponential', base, limitSeconds: limit, jitter, maxAttempts: 100 }, n, draw);
          expect(delay).toBeLessThanOrEqual(limit * (1 + jitter));
        },
      ),
    );
  });

  it('never shrinks under an exponential policy without jitter', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 100, noNaN: true }),
        seconds,
        limitSeconds,
        fc.nat({ max: 97 }),
        (base, initialSeconds, limit, n) => {
          const policy: RetryPolicy = { kind: 'exponential', base, initialSeconds, limitSeconds: limit, maxAttempts: 100 };
          expect(nextDelaySeconds(policy, n + 1, 0.5)).toBeGreaterThanOrEqual(nextDelaySeconds(policy, n, 0.5)!);
        },
      ),
    );
  });

  it('ends exactly when maxAttempts attempts were made', () => {
    fc.assert(
      fc.property(policies, random, (policy, draw) => {
        expect(nextDelaySeconds(policy, policy.maxAttempts - 1, draw)).toBeNull();
        if (policy.maxAttempts > 1) expect(nextDelaySeconds(policy, policy.maxAttempts - 2, draw)).not.toBeNull();
      }),
    );
  });
});

describe('a retry policy in a request', () => {
  const faults = (value: unknown) => validateRetryPolicy(value, '/retry').map(({ path, code }) => `${path} ${code}`);

  it('is accepted in every kind', () => {
    fc.assert(fc.property(policies, (policy) => expect(validateRetryPolicy(policy, '/retry')).toEqual([])));
    expect(faults(null)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['text', 'fixed', '/retry invalid_type'],
    ['a list', [], '/retry invalid_type'],
    ['nothing', undefined, '/retry invalid_type'],
    ['an unknown kind', { kind: 'cubic', maxAttempts: 2 }, '/retry/kind invalid_value'],
    ['an inherited name as kind', { kind: 'constructor', maxAttempts: 2 }, '/retry/kind invalid_value'],
    ['no attempts', { kind: 'fixed', delaySeconds: 1, maxAttempts: 0 }, '/retry/maxAttempts invalid_value'],
    ['101 attempts', { kind: 'fixed', delaySeconds: 1, maxAttempts: 101 }, '/retry/maxAttempts invalid_value'],
    ['half an attempt', { kind: 'fixed', delaySeconds: 1, maxAttempts: 1.5 }, '/retry/maxAttempts invalid_value'],
    ['attempts left out', { kind: 'fixed', delaySeconds: 1 }, '/retry/maxAttempts required'],
    ['a delay left out', { kind: 'fixed', maxAttempts: 2 }, '/retry/delaySeconds required'],
    ['a negative delay', { kind: 'fixed', delaySeconds: -1, maxAttempts: 2 }, '/retry/delaySeconds invalid_value'],
    ['a delay that is no number', { kind: 'fixed', delaySeconds: NaN, maxAttempts: 2 }, '/retry/delaySeconds invalid_value'],
    ['a delay as text', { kind: 'fixed', delaySeconds: '5', maxAttempts: 2 }, '/retry/delaySeconds invalid_value'],
    ['eight days', { kind: 'linear', baseSeconds: 691_200, maxAttempts: 2 }, '/retry/baseSeconds invalid_value'],
    ['a jitter above 1', { kind: 'linear', baseSeconds: 1, jitter: 1.1, maxAttempts: 2 }, '/retry/jitter invalid_value'],
    [
      'jitter on a random policy',
      { kind: 'random', minSeconds: 1, maxSeconds: 2, jitter: 0.1, maxAttempts: 2 },
      '/retry/jitter unknown_field',
    ],
    ["another kind's field", { kind: 'fixed', delaySeconds: 1, base: 2, maxAttempts: 2 }, '/retry/base unknown_field'],
    ['an empty schedule', { kind: 'schedule', delaysSeconds: [], maxAttempts: 2 }, '/retry/delaysSeconds too_many_items'],
    ['101 delays', { kind: 'schedule', delaysSeconds: Array(101).fill(1), maxAttempts: 2 }, '/retry/delaysSeconds too_many_items'],
    [
      'a negative delay in a schedule',
      { kind: 'schedule', delaysSeconds: [0, -1], maxAttempts: 2 },
      '/retry/delaysSeconds/1 invalid_value',
    ],
    [
      'a schedule that is no list',
      { kind: 'schedule', delaysSeconds: { length: 1 }, maxAttempts: 2 },
      '/retry/delaysSeconds invalid_value',
    ],
    ['an empty random range', { kind: 'random', minSeconds: 2, maxSeconds: 2, maxAttempts: 2 }, '/retry/maxSeconds invalid_value'],
    ['fractions of a random second', { kind: 'random', minSeconds: 0.5, maxSeconds: 2, maxAttempts: 2 }, '/retry/minSeconds invalid_value'],
  ])('is refused with %s', (_what, value, fault) => {
    expect(faults(value)).toEqual([fault]);
  });

  it('names every fault at once', () => {
    expect(faults({ kind: 'exponential', maxAttempts: 0, 'a/b': 1 })).toEqual([
      '/retry/a~1b unknown_field',
      '/retry/maxAttempts invalid_value',
      '/retry/base required',
    ]);
  });

  it('explains a random range as Akinon does', () => {
    expect(validateRetryPolicy({ kind: 'random', minSeconds: 3, maxSeconds: 1, maxAttempts: 2 }, '/retry')[0]?.message).toBe(
      "'maxSeconds' must be greater than 'minSeconds'.",
    );
  });

  it('allows each limit exactly', () => {
    expect(faults({ kind: 'schedule', delaysSeconds: Array(100).fill(MAX_DELAY_SECONDS), jitter: 1, maxAttempts: 100 })).toEqual([]);
    expect(faults({ kind: 'fixed', delaySeconds: 0, maxAttempts: 1 })).toEqual([]);
  });
});
