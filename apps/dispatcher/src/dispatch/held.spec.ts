import { Held } from './held.js';
import { InFlight, type Party } from './in-flight.js';

const party = (subscriptionUuid: string, tenantId = 't'): Party => ({ subscriptionUuid, tenantId });
const places = (total = 4): InFlight => new InFlight({ total, perSubscription: 4, perTenant: 4, slow: 1 }, () => 'proven');

/** Claims that end when they are told to, and what they were asked for. */
function claims() {
  const asked: { subscription: string; room: number; answer: (claimed: number) => void }[] = [];
  const claim = ({ subscriptionUuid }: Party, room: number): Promise<number> =>
    new Promise((answer) => asked.push({ subscription: subscriptionUuid, room, answer }));
  return { asked, claim };
}
const settled = (): Promise<void> => new Promise(setImmediate);

describe('deliveries on hold', () => {
  it('are claimed as far as there is room, and on while each claim finds as many', async () => {
    const { asked, claim } = claims();
    const taken = new Held(places(), claim).take(party('a'));
    expect(asked).toMatchObject([{ subscription: 'a', room: 4 }]);
    asked[0]!.answer(4);
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]!.answer(3);
    await taken;
    expect(asked).toHaveLength(2);
  });

  it('that were put there while a claim was under way are looked for again', async () => {
    const { asked, claim } = claims();
    const held = new Held(places(), claim);
    const first = held.take(party('a'));
    await held.take(party('a'));
    asked[0]!.answer(0);
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]!.answer(0);
    await first;
  });

  it('that may go on since one before them ended, while a claim was under way, are looked for again', async () => {
    const { asked, claim } = claims();
    const held = new Held(places(), claim);
    const first = held.take(party('a'));
    held.expect(party('a'));
    held.refill();
    asked[0]!.answer(0);
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]!.answer(0);
    await first;
  });

  it('of a subscription that is seen to by other means take no place when one becomes free', async () => {
    const { asked, claim } = claims();
    const inFlight = places(1);
    const seenTo = new Set<string>();
    const held = new Held(inFlight, claim, (subscription) => seenTo.has(subscription));
    const request = { ...party('x', 'u'), startAfterMs: 0 };
    inFlight.enter(request);
    await Promise.all([held.take(party('a')), held.take(party('b'))]);
    seenTo.add('a');
    inFlight.leave(request);
    held.refill();
    expect(asked.map(({ subscription }) => subscription)).toEqual(['b']);
    asked[0]!.answer(0);
    await settled();
    expect(asked).toHaveLength(1);
  });

  it('have no claim made for them without a place, and one in turn when places become free', async () => {
    const { asked, claim } = claims();
    const inFlight = places(1);
    const held = new Held(inFlight, claim);
    const request = { ...party('x', 'u'), startAfterMs: 0 };
    inFlight.enter(request);
    await Promise.all([party('a'), party('b'), party('c', 'other')].map((one) => held.take(one)));
    expect(asked).toEqual([]);
    inFlight.leave(request);
    held.refill();
    // What one does not want goes to the next, though no request ends meanwhile.
    for (const next of ['a', 'c', 'b']) {
      expect(asked.at(-1)?.subscription).toBe(next);
      asked.at(-1)!.answer(0);
      await settled();
    }
  });

  it('are looked for once only where others are claimed by other means, however many are found', async () => {
    const { asked, claim } = claims();
    const held = new Held(places(), claim, () => true);
    const taken = held.take(party('a'));
    asked[0]!.answer(4);
    await taken;
    held.refill();
    expect(asked).toHaveLength(1);
  });

  it('stay there once the process stops', async () => {
    const { asked, claim } = claims();
    const held = new Held(places(), claim);
    held.stop();
    await held.take(party('a'));
    held.refill();
    expect(asked).toEqual([]);
  });
});
