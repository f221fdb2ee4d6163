import type { Lane } from '#domain/lane.js';
import fc from 'fast-check';
import { InFlight, type InFlightLimits, type Party, type Request } from './in-flight.js';

const LIMITS: InFlightLimits = { total: 8, perSubscription: 3, perTenant: 8, slow: 2 };
const party = (subscriptionUuid: string, tenantId = 't'): Party => ({ subscriptionUuid, tenantId });
const request = (subscriptionUuid: string, tenantId = 't'): Request => ({ ...party(subscriptionUuid, tenantId), startAfterMs: 0 });
const places = (limits: Partial<InFlightLimits> = {}, lane: (subscription: string) => Lane = () => 'proven'): InFlight =>
  new InFlight({ ...LIMITS, ...limits }, lane);
/** Takes up to `wanted` places for a subscription as a claim does; returns how many it got. */
function take(inFlight: InFlight, subscription: string, wanted: number, tenant = 't'): number {
  const own = inFlight.reserveFor(party(subscription, tenant), wanted);
  const room = inFlight.reserve(own);
  inFlight.unreserve(room);
  inFlight.unreserveFor(party(subscription, tenant), own);
  for (let i = 0; i < room; i++) inFlight.enter(request(subscription, tenant));
  return room;
}

describe('the places of a dispatcher', () => {
  it('are never promised twice, whatever comes and goes', () => {
    const steps = fc.array(fc.oneof(fc.record({ take: fc.nat(12) }), fc.constant('leave' as const), fc.constant('give back' as const)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const inFlight = places();
        const reserved: number[] = [];
        const open: Request[] = [];
        for (const step of list) {
          if (step === 'leave') {
            const left = open.pop();
            if (left) inFlight.leave(left);
          } else if (step === 'give back') {
            const given = reserved.pop() ?? 0;
            for (let i = 0; i < given; i++) {
              open.push(request('a'));
              inFlight.enter(open.at(-1)!);
            }
            inFlight.unreserve(given);
          } else reserved.push(inFlight.reserve(step.take));
          const promised = reserved.reduce((sum, count) => sum + count, 0);
          expect(inFlight.size + promised).toBeLessThanOrEqual(8);
          expect(inFlight.room()).toBe(8 - inFlight.size - promised);
        }
      }),
    );
  });

  it('of one subscription do not depend on those of another', () => {
    const inFlight = places();
    const first = request('a');
    for (const one of [first, request('a'), request('b')]) inFlight.enter(one);
    expect(['a', 'b', 'c'].map((name) => inFlight.roomFor(party(name)))).toEqual([1, 2, 3]);
    inFlight.leave(first);
    expect(inFlight.roomFor(party('a'))).toBe(2);
  });

  it('of one tenant have a bound over all its subscriptions, and none for those of others', () => {
    const inFlight = places({ perTenant: 4 });
    expect([take(inFlight, 'a', 9), take(inFlight, 'b', 9), take(inFlight, 'c', 9)]).toEqual([3, 1, 0]);
    expect(take(inFlight, 'd', 9, 'other')).toBe(3);
  });

  it('that slow endpoints take together are their share, one at least, and proven ones have all that is left', () => {
    const inFlight = places({}, (name) => (name.startsWith('slow') ? 'slow' : 'proven'));
    expect([take(inFlight, 'slow-1', 9), take(inFlight, 'slow-2', 9)]).toEqual([2, 0]);
    expect([take(inFlight, 'a', 9), take(inFlight, 'b', 9)]).toEqual([3, 3]);
    expect(inFlight.room()).toBe(0);
  });

  it('are left to proven endpoints by unproven ones, but for the first request of each', () => {
    const inFlight = places({ perSubscription: 5 }, (name) => (name === 'known' ? 'proven' : 'unproven'));
    expect([take(inFlight, 'new-1', 9), take(inFlight, 'new-2', 9)]).toEqual([5, 1]);
    expect([take(inFlight, 'new-2', 9), take(inFlight, 'new-3', 9)]).toEqual([0, 1]);
    expect(take(inFlight, 'known', 9)).toBe(1);
  });

  it('never go to slow endpoints beyond their share nor to a tenant beyond its own, whoever comes in whatever order', () => {
    const lanes: Lane[] = ['slow', 'unproven', 'proven'];
    const step = fc.record({
      lane: fc.constantFrom(...lanes),
      subscription: fc.nat(3),
      tenant: fc.constantFrom('x', 'y'),
      wanted: fc.nat(6),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (list) => {
        const inFlight = places({ perTenant: 5 }, (name) => name.split('-')[0] as Lane);
        const taken = new Map<string, number>();
        for (const { lane, subscription, tenant, wanted } of list) {
          const got = take(inFlight, `${lane}-${tenant}-${subscription}`, wanted, tenant);
          for (const key of [lane, tenant]) taken.set(key, (taken.get(key) ?? 0) + got);
        }
        expect(taken.get('slow') ?? 0).toBeLessThanOrEqual(LIMITS.slow);
        for (const tenant of ['x', 'y']) expect(taken.get(tenant) ?? 0).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('are counted as slow by how long a request has been under way, not while it waits for its slot', () => {
    const ages: number[] = [];
    const inFlight = new InFlight(LIMITS, (_, oldestMs) => {
      ages.push(oldestMs);
      return oldestMs > 0 ? 'slow' : 'unproven';
    });
    inFlight.enter({ ...request('a'), startAfterMs: 60_000 });
    expect(inFlight.roomFor(party('a'))).toBe(2);
    expect(Math.max(...ages)).toBeLessThanOrEqual(0);
  });

  it('let one that waits go on when a place is given back', async () => {
    const inFlight = places({ total: 1 });
    const room = inFlight.reserve(5);
    expect(room).toBe(1);
    let hasRoom = false;
    const waiting = inFlight.untilRoom().then(() => (hasRoom = true));
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    inFlight.unreserve(room);
    await waiting;
    expect(hasRoom).toBe(true);
  });

  it('are not lent to a subscription while more has begun than there are promises left', () => {
    const inFlight = places({ total: 2 });
    const promised = inFlight.reserve(2);
    inFlight.enter(request('a'));
    const before = inFlight.roomFor(party('b'));
    const own = inFlight.reserveFor(party('b'), inFlight.room());
    expect([inFlight.room(), own]).toEqual([-1, 0]);
    inFlight.unreserveFor(party('b'), own);
    inFlight.unreserve(promised);
    expect(inFlight.roomFor(party('b'))).toBe(before);
  });

  it('are not gone for one by one when many are wanted, and a few do not wait for many', async () => {
    const inFlight = places({ total: 16 });
    const [first, second] = [inFlight.reserve(15), inFlight.reserve(1)];
    let has = '';
    const many = inFlight.untilRoom(100).then(() => (has += 'many'));
    const one = inFlight.untilRoom(1).then(() => (has += 'one '));
    inFlight.unreserve(second);
    await one;
    expect(has).toBe('one ');
    inFlight.unreserve(first);
    await many;
    expect(has).toBe('one many');
  });

  it('tell how long ago a request began or ended', () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const inFlight = places();
    const a = request('a');
    clock.mockReturnValue(1_020);
    expect(inFlight.sinceProgressMs()).toBe(20);
    inFlight.enter(a);
    expect(inFlight.sinceProgressMs()).toBe(0);
    clock.mockReturnValue(1_050);
    expect(inFlight.sinceProgressMs()).toBe(30);
    inFlight.leave(a);
    expect(inFlight.sinceProgressMs()).toBe(0);
    clock.mockRestore();
  });

  it('are told of to who wants one before who wants many, whoever came first', async () => {
    const inFlight = places({ total: 16 });
    inFlight.reserve(16);
    const told: string[] = [];
    const waiting = [100, 1].map((wanted) => inFlight.untilRoom(wanted).then(() => told.push(String(wanted))));
    inFlight.unreserve(2);
    await Promise.all(waiting);
    expect(told).toEqual(['1', '100']);
  });

  it('are idle only when the last request has left', async () => {
    const inFlight = places();
    const [a, b] = [request('a'), request('b')];
    for (const one of [a, b]) inFlight.enter(one);
    let isIdle = false;
    const idle = inFlight.untilIdle().then(() => (isIdle = true));
    inFlight.leave(a);
    await Promise.resolve();
    expect(isIdle).toBe(false);
    inFlight.leave(b);
    await idle;
    expect(isIdle).toBe(true);
  });
});
