import { ClaimStore } from '../../libs/store/src/claim.store.js';
import { FanoutStore } from '../../libs/store/src/fanout.store.js';
import { deliveryUuid } from '../../libs/domain/src/ids.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type DeliveryPlace, insertDelivery, insertWaitingEvent, insertSubscription, insertTenant, readDelivery } from '../support/rows.js';
import { connectStore } from '../support/store.js';

/** A deletion cancels what waits. These are the deliveries that it could not see: under way at that moment, or made a moment later. */
describe('a delivery whose subscription was deleted meanwhile', () => {
  let db: TestDatabase;
  let claims: ClaimStore;
  let fanout: FanoutStore;
  let place: DeliveryPlace;
  const timing = () => ({ leaseToken: newUuid(), leaseSlackMs: 1_000 });
  const cancelled = { state: 'cancelled', reason: 'subscription_deleted', hasEnded: true, held: false, leaseToken: null };

  beforeAll(async () => {
    db = await createTestDatabase();
    const store = await connectStore(db.url);
    claims = new ClaimStore(store);
    fanout = new FanoutStore(store);
    const tenantId = await insertTenant(db);
    place = { tenantId, subscriptionId: await insertSubscription(db, tenantId, { maxConcurrency: 1 }) };
    await db.query('UPDATE subscriptions SET deleted_at = now() WHERE id = $1', [place.subscriptionId]);
  });

  it('ends instead of being held for ever when its retry comes due', async () => {
    const id = await insertDelivery(db, place);
    expect(await claims.claimDue(10, timing())).toEqual({ claimed: [], held: [], waitsMs: [] });
    expect(await readDelivery(db, id)).toMatchObject(cancelled);
  });

  it('ends when it was put on hold after the deletion', async () => {
    const eventUuid = await insertWaitingEvent(db, place.tenantId);
    const uuid = deliveryUuid(eventUuid, place.subscriptionId);
    const start = { kind: 'held' } as const;
    await fanout.insertDeliveries(
      [{ uuid, tenantId: place.tenantId, eventUuid, subscriptionUuid: place.subscriptionId, eventType: 't', orderKey: null, start }],
      newUuid(),
    );
    expect(await claims.subscriptionsToRelease()).toEqual([{ subscriptionUuid: place.subscriptionId, tenantId: place.tenantId }]);
    expect(await claims.claimHeld(place.subscriptionId, 10, { ...timing(), horizonMs: 1_000 })).toEqual([]);
    expect(await readDelivery(db, uuid)).toMatchObject(cancelled);
    expect(await claims.subscriptionsToRelease()).toEqual([]);
  });
});
