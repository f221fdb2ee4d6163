import { InFlight, type Party } from './in-flight.js';
import { Spilled, type SpilledDelivery } from './spilled.js';

const party = (subscriptionUuid: string, tenantId = 't'): Party => ({ subscriptionUuid, tenantId });
const places = (total: number, perSubscription = total): InFlight =>
  new InFlight({ total, perSubscription, perTenant: total, slow: 1 }, () => 'proven');
const of = (subscription: string, ...uuids: string[]): SpilledDelivery[] => uuids.map((uuid) => ({ ...party(subscription), uuid }));

/** Claims that end when they are told to, and what each was asked for. */
function claims() {
  const asked: string[][] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const claim = (deliveries: SpilledDelivery[]): Promise<void> => {
    asked.push(deliveries.map(({ uuid }) => uuid));
    return new Promise((resolve, reject) => ends.push({ resolve, reject }));
  };
  return { asked, ends, claim };
}
const settled = (): Promise<void> => new Promise(setImmediate);

function spilled(inFlight: InFlight, claim: (deliveries: SpilledDelivery[]) => Promise<void>, deliveries: SpilledDelivery[]): Spilled {
  const all = new Spilled(inFlight, claim);
  for (const delivery of deliveries) all.add(delivery);
  return all;
}

describe('deliveries that only want a place', () => {
  it('are claimed together, by turns of their subscriptions, as far as there are places', () => {
    const { asked, claim } = claims();
    spilled(places(4), claim, [...of('a', 'a1', 'a2', 'a3'), ...of('b', 'b1'), ...of('c', 'c1')]).refill();
    expect(asked).toEqual([['a1', 'b1', 'c1', 'a2']]);
  });

  it('of one subscription have no more than its places', () => {
    const { asked, claim } = claims();
    const all = spilled(places(4, 2), claim, [...of('a', 'a1', 'a2', 'a3'), ...of('b', 'b1')]);
    all.refill();
    expect(asked).toEqual([['a1', 'b1', 'a2']]);
    expect(all.has('a')).toBe(true);
    expect(all.has('b')).toBe(false);
  });

  it('have their places promised while they are claimed, and given back after it', async () => {
    const { asked, ends, claim } = claims();
    const inFlight = places(2);
    const all = spilled(inFlight, claim, of('a', 'a1', 'a2', 'a3'));
    all.refill();
    expect(inFlight.room()).toBe(0);
    ends[0]!.resolve();
    await settled();
    expect(asked).toEqual([['a1', 'a2'], ['a3']]);
    ends[1]!.resolve();
    await settled();
    expect(inFlight.room()).toBe(2);
    expect(inFlight.roomFor(party('a'))).toBe(2);
  });

  it('share a statement with those that find a place while two are under way', async () => {
    const { asked, ends, claim } = claims();
    const inFlight = places(4);
    const others = Array.from({ length: 4 }, () => ({ ...party('x'), startAfterMs: 0 }));
    for (const one of others) inFlight.enter(one);
    const all = spilled(inFlight, claim, of('a', 'a1', 'a2', 'a3', 'a4'));
    for (const one of others) {
      inFlight.leave(one);
      all.refill();
    }
    expect(asked).toEqual([['a1'], ['a2']]);
    ends[0]!.resolve();
    await settled();
    expect(asked).toEqual([['a1'], ['a2'], ['a3', 'a4']]);
  });

  it('that cannot be claimed are left to the sweep, and hold up no others', async () => {
    const { asked, ends, claim } = claims();
    const all = spilled(places(1), claim, of('a', 'a1', 'a2'));
    all.refill();
    ends[0]!.reject(new Error('The database is away.'));
    await settled();
    expect(asked).toEqual([['a1'], ['a2']]);
  });

  it('stay on hold once the process stops', () => {
    const { asked, claim } = claims();
    const all = spilled(places(1), claim, of('a', 'a1'));
    all.stop();
    all.refill();
    expect(asked).toEqual([]);
  });

  it('are kept up to a bound', () => {
    const { claim } = claims();
    const all = spilled(places(0), claim, Array.from({ length: 20_000 }, (_, i) => of('a', `a${i}`)).flat());
    for (const one of of('b', 'b1')) all.add(one);
    expect(all.has('b')).toBe(false);
  });
});
