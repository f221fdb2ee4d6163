import { nextDelaySeconds } from '#domain/retry-policy.js';
import { RETRY, TIMEOUT_MS } from './delivery-defaults.js';

describe('retries as Contensis has them', () => {
  const delays = (random: number): number[] => Array.from({ length: RETRY.maxAttempts }, (_, n) => nextDelaySeconds(RETRY, n, random) ?? 0);
  const hours = (random: number): number => delays(random).reduce((sum, delay) => sum + delay + TIMEOUT_MS / 1_000, 0) / 3_600;

  it('are 9 after the first attempt, each after a longer wait than the one before', () => {
    const waits = delays(0.5);
    expect(waits.at(-1)).toBe(0);
    expect(waits.slice(0, 9)).toEqual([8, 24, 72, 216, 648, 1_944, 5_832, 17_496, 52_488]);
  });

  it('end within 24 hours, with the most jitter and a receiver that never answers in time, and take most of them', () => {
    expect(hours(0.999_999)).toBeLessThan(24);
    expect(hours(0)).toBeGreaterThan(20);
  });
});
