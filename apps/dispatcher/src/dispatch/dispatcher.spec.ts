import type { ClaimStore } from '#store/claim.store.js';
import type { RecordStore } from '#store/record.store.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Breakers } from './breakers.js';
import { type DispatchEvents, Dispatcher } from './dispatcher.js';
import { InFlight, type Party } from './in-flight.js';

const WAITING = 500;
const party = (n: number): Party => ({ tenantId: 't', subscriptionUuid: `s${n}` });

describe('a dispatcher whose subscriptions wait for a place', () => {
  it('looks through them once for all places that are given back together', async () => {
    const inFlight = new InFlight({ total: 4, perSubscription: 4, perTenant: 2, slow: 1 }, () => 'proven');
    // All that the tenant may have.
    inFlight.reserveFor(party(-1), 2);
    const looks = jest.spyOn(inFlight, 'roomFor');
    const none = {} as unknown;
    const dispatcher = new Dispatcher(
      none as ClaimStore,
      none as RecordStore,
      none as Catalog,
      inFlight,
      none as Breakers,
      () => Promise.reject(new Error('Nothing is to be sent.')),
      { leaseSlackMs: 1_000, horizonMs: 1_000 },
      none as DispatchEvents,
    );
    dispatcher.spill(Array.from({ length: WAITING }, (_, n) => ({ ...party(n), uuid: `d${n}` })));
    for (let ended = 0; ended < 100; ended++) dispatcher.placesGivenBack();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(looks).toHaveBeenCalledTimes(WAITING);
  });
});
