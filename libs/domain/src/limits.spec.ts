import { LIMITS, type Limit } from './limits.js';

const entries: [string, Limit][] = Object.entries(LIMITS);

describe('the table of limits', () => {
  it.each(entries)('%s describes itself in one sentence', (_name, limit) => {
    expect(limit.about).toMatch(/^[A-Z].{10,}\.$/);
  });

  it.each(entries)('%s is a range of whole numbers that holds its default', (_name, limit) => {
    const min = limit.min ?? 0;
    expect(Number.isSafeInteger(limit.max) && Number.isSafeInteger(min)).toBe(true);
    expect(min).toBeLessThanOrEqual(limit.max);
    const byDefault = limit.default ?? limit.max;
    expect(byDefault).toBeGreaterThanOrEqual(min);
    expect(byDefault).toBeLessThanOrEqual(limit.max);
  });

  it('keeps no more of a response than it reads', () => {
    expect(LIMITS.responseStoredBytes.max).toBeLessThanOrEqual(LIMITS.responseReadBytes.max);
  });

  it('ends every phase of an attempt within the shortest useful total', () => {
    for (const phase of [LIMITS.dnsTimeoutMs, LIMITS.connectTimeoutMs, LIMITS.tlsTimeoutMs]) {
      expect(phase.max).toBeLessThan(LIMITS.timeoutMs.default);
    }
  });

  it('cannot be changed at run time', () => {
    expect(Object.isFrozen(LIMITS)).toBe(true);
  });
});
