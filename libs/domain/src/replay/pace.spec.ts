import fc from 'fast-check';
import { BUSY_AT, creditAfter, type Pressure, releasable, shareOf, tokensOf, untilTokensMs } from './pace.js';

const calm: Pressure = {
  places: { all: 256, free: 256, replaying: 0 },
  own: { all: 32, replaying: 0 },
  maxConcurrency: null,
  rateLimit: null,
  due: 0,
  held: 0,
};

describe('the pace of a replay', () => {
  it('never exceeds its rate by more than the second it may catch up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 50 }), (rate, pauses) => {
        let [creditMs, sent, elapsedMs] = [0, 0, 0];
        for (const pauseMs of pauses) {
          elapsedMs += pauseMs;
          const tokens = tokensOf(creditMs + pauseMs, rate);
          creditMs = creditAfter(creditMs + pauseMs, rate, tokens);
          sent += tokens;
          expect(sent).toBeLessThanOrEqual((elapsedMs * rate) / 1_000 + 1e-6);
        }
      }),
    );
  });

  it('reaches its rate when it is asked often enough', () => {
    let [creditMs, sent] = [0, 0];
    for (let ms = 0; ms < 10_000; ms += 50) {
      const tokens = tokensOf(creditMs + 50, 30);
      creditMs = creditAfter(creditMs + 50, 30, tokens);
      sent += tokens;
    }
    expect(sent).toBeGreaterThanOrEqual(299);
  });

  it('makes up for no more than a second of waiting', () => {
    expect(tokensOf(60_000, 100)).toBe(100);
    expect(creditAfter(60_000, 100, 100)).toBe(0);
  });

  it('says when the next one may go, and lets some come together', () => {
    expect([untilTokensMs(0, 2), untilTokensMs(40, 2), untilTokensMs(-50, 2), untilTokensMs(0, 100)]).toEqual([500, 460, 550, 200]);
    fc.assert(
      fc.property(fc.integer({ min: -2_000, max: 2_000 }), fc.integer({ min: 1, max: 1_000 }), (creditMs, rate) => {
        expect(tokensOf(creditMs + untilTokensMs(creditMs, rate), rate)).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('what a replay releases', () => {
  it('leaves half of the places, and half of a subscription’s, to live traffic', () => {
    expect(releasable(calm)).toBe(16);
    expect(releasable({ ...calm, own: { all: 1_000, replaying: 0 } })).toBe(50);
    expect(releasable({ ...calm, own: { all: 32, replaying: 10 } })).toBe(6);
    expect(releasable({ ...calm, places: { all: 256, free: 200, replaying: 120 } })).toBe(8);
    expect(releasable({ ...calm, places: { all: 256, free: 128, replaying: 128 } })).toBe(0);
  });

  it('is no more than half of what is free', () => {
    expect(releasable({ ...calm, places: { all: 256, free: 20, replaying: 0 } })).toBe(10);
    expect(releasable({ ...calm, places: { all: 256, free: 0, replaying: 0 } })).toBe(0);
  });

  it('is nothing while deliveries wait for a place', () => {
    expect([releasable({ ...calm, due: BUSY_AT - 1 }), releasable({ ...calm, due: BUSY_AT })]).toEqual([16, 0]);
  });

  it('comes after all that its subscription has on hold', () => {
    expect([releasable({ ...calm, held: 15 }), releasable({ ...calm, held: 16 })]).toEqual([1, 0]);
  });

  it('keeps within half of a subscription’s own bounds', () => {
    expect(shareOf({ maxConcurrency: 8, rateLimit: null })).toBe(4);
    expect(shareOf({ maxConcurrency: null, rateLimit: { limit: 20, windowSeconds: 1 } })).toBe(10);
    expect(shareOf({ maxConcurrency: 4, rateLimit: { limit: 20, windowSeconds: 1 } })).toBe(2);
  });

  it('goes on, one by one, where bounds are smallest', () => {
    const smallest = { maxConcurrency: 1, rateLimit: { limit: 1, windowSeconds: 60 } };
    expect(releasable({ ...calm, ...smallest, places: { all: 1, free: 1, replaying: 0 }, own: { all: 1, replaying: 0 } })).toBe(1);
  });
});
