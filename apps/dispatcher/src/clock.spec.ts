import { Clock } from './clock.js';

const TEN_MINUTES_MS = 600_000;

describe('the clock of a dispatcher', () => {
  const skewed: number[] = [];
  beforeEach(() => void skewed.splice(0));
  afterEach(() => jest.restoreAllMocks());
  const clock = (ask: () => Promise<number>): Clock => new Clock({ ask, onSkewed: (ms) => skewed.push(ms) });

  it.each([TEN_MINUTES_MS, -TEN_MINUTES_MS])('goes by a database that is %i ms ahead, and says that its own is wrong', async (aheadMs) => {
    const ours = clock(() => Promise.resolve(Date.now() + aheadMs));
    await ours.measure();
    expect(Math.abs(ours.nowMs() - Date.now() - aheadMs)).toBeLessThan(1_000);
    expect(skewed).toEqual([ours.offsetMs]);
  });

  it('goes by the quickest of its answers: one that took long says little about when it was given', async () => {
    let nowMs = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
    const tookMs = [400, 2, 30];
    const ours = clock(() => {
      const there = nowMs + TEN_MINUTES_MS;
      nowMs += tookMs.shift() ?? 0;
      return Promise.resolve(there);
    });
    await ours.measure();
    expect(ours.offsetMs).toBe(TEN_MINUTES_MS - 1);
  });

  it('says nothing of a small difference', async () => {
    const ours = clock(() => Promise.resolve(Date.now() + 500));
    await ours.measure();
    expect(Math.abs(ours.offsetMs - 500)).toBeLessThan(100);
    expect(skewed).toEqual([]);
  });

  it('keeps what it knew when the database is away', async () => {
    let isAway = false;
    const ours = clock(() => (isAway ? Promise.reject(new Error('gone')) : Promise.resolve(Date.now() + TEN_MINUTES_MS)));
    await ours.start();
    isAway = true;
    await expect(ours.measure()).rejects.toThrow('gone');
    expect(Math.round(ours.offsetMs / 1_000)).toBe(TEN_MINUTES_MS / 1_000);
    ours.stop();
  });
});
