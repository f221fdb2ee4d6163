import fc from 'fast-check';
import { InFlight } from './in-flight.js';

describe('the places of a dispatcher', () => {
  it('are never promised twice, whatever comes and goes', () => {
    const steps = fc.array(fc.oneof(fc.record({ take: fc.nat(12) }), fc.constant('leave' as const), fc.constant('give back' as const)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const inFlight = new InFlight({ total: 8, perSubscription: 3 });
        const reserved: number[] = [];
        for (const step of list) {
          if (step === 'leave') {
            if (inFlight.size > 0) inFlight.leave('a');
          } else if (step === 'give back') {
            const places = reserved.pop() ?? 0;
            for (let i = 0; i < places; i++) inFlight.enter('a');
            inFlight.unreserve(places);
          } else reserved.push(inFlight.reserve(step.take));
          const promised = reserved.reduce((sum, places) => sum + places, 0);
          expect(inFlight.size + promised).toBeLessThanOrEqual(8);
          expect(inFlight.room()).toBe(8 - inFlight.size - promised);
        }
      }),
    );
  });

  it('of one subscription do not depend on those of another', () => {
    const inFlight = new InFlight({ total: 8, perSubscription: 3 });
    inFlight.enter('a');
    inFlight.enter('a');
    inFlight.enter('b');
    expect([inFlight.roomFor('a'), inFlight.roomFor('b'), inFlight.roomFor('c')]).toEqual([1, 2, 3]);
    inFlight.leave('a');
    expect(inFlight.roomFor('a')).toBe(2);
  });

  it('let one that waits go on when a place is given back', async () => {
    const inFlight = new InFlight({ total: 1, perSubscription: 1 });
    const places = inFlight.reserve(5);
    expect(places).toBe(1);
    let hasRoom = false;
    const waiting = inFlight.untilRoom().then(() => (hasRoom = true));
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    inFlight.unreserve(places);
    await waiting;
    expect(hasRoom).toBe(true);
  });

  it('tell how long ago a request began or ended', async () => {
    const places = new InFlight({ total: 2, perSubscription: 2 });
    const waited = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
    await waited();
    const before = places.sinceProgressMs();
    places.enter('a');
    expect(places.sinceProgressMs()).toBeLessThan(before);
    await waited();
    const during = places.sinceProgressMs();
    places.leave('a');
    expect(places.sinceProgressMs()).toBeLessThan(during);
  });

  it('are idle only when the last request has left', async () => {
    const inFlight = new InFlight({ total: 4, perSubscription: 4 });
    for (const subscription of ['a', 'b']) inFlight.enter(subscription);
    let isIdle = false;
    const idle = inFlight.untilIdle().then(() => (isIdle = true));
    inFlight.leave('a');
    await Promise.resolve();
    expect(isIdle).toBe(false);
    inFlight.leave('b');
    await idle;
    expect(isIdle).toBe(true);
  });
});
