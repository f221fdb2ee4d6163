import { nextDelaySeconds, validateRetryPolicy } from '#domain/retry-policy.js';
import fc from 'fast-check';
import { type RetryStrategy, toRetryPolicy, toRetryStrategy } from './retry-strategy.js';

const delaysOf = (strategy: RetryStrategy): (number | null)[] => {
  const policy = toRetryPolicy(strategy);
  return Array.from({ length: strategy.attempts }, (_, n) => nextDelaySeconds(policy, n, 0.5));
};

describe('a retry strategy', () => {
  it('of type linear waits longer by the interval each time', () => {
    expect(delaysOf({ attempts: 4, interval: 30, type: 'linear' })).toEqual([30, 60, 90, null]);
  });

  it('of type exponential waits twice as long each time', () => {
    expect(delaysOf({ attempts: 4, interval: 30, type: 'exponential' })).toEqual([30, 60, 120, null]);
  });

  it('counts the first attempt', () => {
    expect(delaysOf({ attempts: 1, interval: 30, type: 'linear' })).toEqual([null]);
  });

  it('of any kind is a policy that the core takes, and is told again as it was said', () => {
    const strategies = fc.record({
      attempts: fc.integer({ min: 1, max: 10 }),
      interval: fc.integer({ min: 0, max: 604_800 }),
      type: fc.constantFrom('linear' as const, 'exponential' as const),
    });
    fc.assert(
      fc.property(strategies, (strategy) => {
        const policy = toRetryPolicy(strategy);
        expect(validateRetryPolicy(policy, '/retry')).toEqual([]);
        expect(toRetryStrategy(policy)).toEqual(strategy);
      }),
    );
  });

  it('is not made up for a policy that it cannot say', () => {
    expect(toRetryStrategy({ kind: 'random', minSeconds: 1, maxSeconds: 9, maxAttempts: 3 })).toBeNull();
    expect(toRetryStrategy({ kind: 'schedule', delaysSeconds: [0, 5, 300], jitter: 0.2, maxAttempts: 3 })).toBeNull();
    expect(toRetryStrategy({ kind: 'exponential', base: 3, maxAttempts: 3 })).toBeNull();
    expect(toRetryStrategy(null)).toBeNull();
  });
});
