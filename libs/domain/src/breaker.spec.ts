import fc from 'fast-check';
import { type BreakerPolicy, type BreakerWindow, coolDownMs, countAttempt, DEFAULT_BREAKER, emptyWindow, shouldOpen } from './breaker.js';

const policy: BreakerPolicy = { ...DEFAULT_BREAKER, windowMs: 1_000, minAttempts: 10, lastingMs: 0 };
const after = (outcomes: boolean[], everyMs = 0): BreakerWindow =>
  outcomes.reduce((window, hasFailed, i) => countAttempt(window, hasFailed, i * everyMs, policy), emptyWindow(0));
const times = (count: number, hasFailed: boolean): boolean[] => Array.from({ length: count }, () => hasFailed);

describe('a breaker', () => {
  it('opens at its least number of attempts and its share of failures, and not at one fewer', () => {
    expect(shouldOpen(after(times(9, true)), 0, policy)).toBe(false);
    expect(shouldOpen(after(times(10, true)), 0, policy)).toBe(true);
    expect(shouldOpen(after([...times(3, false), ...times(7, true)]), 0, policy)).toBe(true);
    expect(shouldOpen(after([...times(4, false), ...times(7, true)]), 0, policy)).toBe(false);
  });

  it('opens only when that has been so for a while, without a break', () => {
    const lasting = { ...policy, windowMs: 60_000, lastingMs: 10_000 };
    const failing = (window: BreakerWindow, nowMs: number): BreakerWindow => countAttempt(window, true, nowMs, lasting);
    let window = times(40, true).reduce((before) => failing(before, 1_000), emptyWindow(0));
    expect(shouldOpen(window, 10_999, lasting)).toBe(false);
    expect(shouldOpen(failing(window, 11_000), 11_000, lasting)).toBe(true);
    window = times(40, false).reduce((before) => countAttempt(before, false, 5_000, lasting), window);
    window = times(80, true).reduce((before) => failing(before, 6_000), window);
    expect(shouldOpen(window, 11_000, lasting)).toBe(false);
    expect(shouldOpen(window, 16_000, lasting)).toBe(true);
  });

  it('never opens over an endpoint that mostly answers, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (outcomes) => {
        const failures = outcomes.filter((hasFailed) => hasFailed).length;
        if (shouldOpen(after(outcomes), 0, policy)) expect(failures / outcomes.length).toBeGreaterThanOrEqual(policy.failureShare);
      }),
    );
  });

  it('forgets attempts that are older than its window, and none younger than half of it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 60 }), (gaps) => {
        let nowMs = 0;
        const at: number[] = [];
        let window = emptyWindow(0);
        for (const gap of gaps) {
          nowMs += gap;
          at.push(nowMs);
          window = countAttempt(window, true, nowMs, policy);
        }
        const younger = (ms: number): number => at.filter((time) => nowMs - time < ms).length;
        const counted = window.current.attempts + window.before.attempts;
        expect(counted).toBeGreaterThanOrEqual(younger(policy.windowMs / 2));
        expect(counted).toBeLessThanOrEqual(younger(policy.windowMs + 1));
      }),
    );
  });

  it('waits for its first probe shortly, then twice as long each time, up to a bound', () => {
    expect([1, 2, 3].map((trips) => coolDownMs(trips, DEFAULT_BREAKER))).toEqual([5_000, 10_000, 20_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (trips) => {
        const ms = coolDownMs(trips, DEFAULT_BREAKER);
        expect(ms).toBeGreaterThanOrEqual(5_000);
        expect(ms).toBeLessThanOrEqual(600_000);
        expect(coolDownMs(trips + 1, DEFAULT_BREAKER)).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});
