import { BreakerStore } from '../../libs/store/src/breaker.store.js';
import { ClaimStore, type Claimed } from '../../libs/store/src/claim.store.js';
import { FanoutStore } from '../../libs/store/src/fanout.store.js';
import { deliveryUuid } from '../../libs/domain/src/ids.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  type DeliveryPlace,
  insertDelivery,
  insertEvent,
  insertSubscription,
  insertTenant,
  insertWaitingEvent,
  readDelivery,
} from '../support/rows.js';
import { connectStore } from '../support/store.js';

const AN_HOUR_MS = 3_600_000;

describe('the breaker of a subscription, shared by all dispatchers,', () => {
  let db: TestDatabase;
  let breakers: BreakerStore;
  /** Two processes. */
  let claimers: [ClaimStore, ClaimStore];
  let fanout: FanoutStore;
  let tenantId: string;
  let place: DeliveryPlace;

  beforeAll(async () => {
    db = await createTestDatabase();
    const store = await connectStore(db.url);
    breakers = new BreakerStore(store);
    fanout = new FanoutStore(store);
    claimers = [new ClaimStore(store), new ClaimStore(await connectStore(db.url))];
    tenantId = await insertTenant(db);
  });
  beforeEach(async () => {
    place = { tenantId, subscriptionId: await insertSubscription(db, tenantId) };
  });

  const holding = (count: number): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, () => insertDelivery(db, place, { dueAt: `'infinity'` })));
  const timing = () => ({ leaseToken: newUuid(), leaseSlackMs: 1_000, horizonMs: 0 });
  const take = (from = claimers[0]): Promise<Claimed[]> => from.claimHeld(place.subscriptionId, 10, timing());
  /** Open, and due for its probe. */
  const opened = (coolDownMs = 0): Promise<boolean> => breakers.open(place.subscriptionId, coolDownMs);
  const toRelease = async (): Promise<string[]> =>
    (await claimers[0].subscriptionsToRelease()).map(({ subscriptionUuid }) => subscriptionUuid);
  const read = () => breakers.read(place.subscriptionId);

  it('opens once, whoever finds the endpoint unwell', async () => {
    const opens = await Promise.all(Array.from({ length: 5 }, () => opened(AN_HOUR_MS)));
    expect(opens.filter((isFirst) => isFirst)).toHaveLength(1);
    expect(await read()).toMatchObject({ state: 'open', trips: 1 });
  });

  it('holds what is due, what is resent and what is new, and charges nothing', async () => {
    await opened(AN_HOUR_MS);
    const due = await insertDelivery(db, place);
    const { claimed, held } = await claimers[0].claimDue(10, timing());
    expect([claimed, held.map(({ uuid }) => uuid)]).toEqual([[], [due]]);
    const eventUuid = await insertWaitingEvent(db, tenantId);
    const uuid = deliveryUuid(eventUuid, place.subscriptionId);
    const born = { uuid, tenantId, eventUuid, subscriptionUuid: place.subscriptionId, eventType: 'test', orderKey: null };
    expect((await fanout.insertDeliveries([{ ...born, start: { kind: 'now', leaseMs: 1_000 } }], newUuid())).claimed).toEqual(new Set());
    for (const id of [due, uuid])
      expect(await readDelivery(db, id)).toMatchObject({ state: 'pending', held: true, attemptCount: 0, crashCount: 0 });
    expect(await take()).toEqual([]);
    expect(await toRelease()).not.toContain(place.subscriptionId);
  });

  it('lets one probe go when its time has come, and no other while that is under way', async () => {
    await holding(8);
    await opened();
    expect(await toRelease()).toContain(place.subscriptionId);
    const probes = (await Promise.all(Array.from({ length: 6 }, (_, i) => take(claimers[i % 2])))).flat();
    const [oldest] = await db.query<{ id: string }>('SELECT id FROM deliveries WHERE subscription_id = $1 ORDER BY event_id', [
      place.subscriptionId,
    ]);
    expect(probes).toMatchObject([{ uuid: oldest!.id, probe: { trips: 1 } }]);
    expect(await read()).toMatchObject({ state: 'half_open', nextProbeAt: null });
  });

  it('closes when its probe succeeds, and lets the others go', async () => {
    await holding(3);
    await opened();
    const [probe] = await take();
    expect(await breakers.close(probe!)).toBe(true);
    expect(await read()).toEqual({ state: 'closed', since: null, nextProbeAt: null, trips: 0 });
    expect((await take()).map(({ probe: mark }) => mark)).toEqual([null, null]);
  });

  it('stays open for longer when its probe fails', async () => {
    await holding(2);
    await opened();
    const [probe] = await take();
    expect(await breakers.reopen(probe!, AN_HOUR_MS)).toBe(true);
    expect(await read()).toMatchObject({ state: 'open', trips: 2 });
    expect(await take()).toEqual([]);
  });

  it('heeds no attempt but its probe', async () => {
    const [id = ''] = await holding(1);
    const [earlier] = await take();
    await opened(AN_HOUR_MS);
    expect([await breakers.close(earlier!), await breakers.reopen(earlier!, 0)]).toEqual([false, false]);
    expect(await read()).toMatchObject({ state: 'open', trips: 1 });
    expect(earlier).toMatchObject({ uuid: id, probe: null });
  });

  it.each<[string, (probe: Claimed) => Promise<unknown>]>([
    ['is given back unsent', (probe) => claimers[0].release([probe])],
    ['is put off after a fault of ours', (probe) => claimers[0].postpone([probe], AN_HOUR_MS)],
    ['sent nothing', (probe) => breakers.probeAgain(probe)],
    [
      'is lost with its process',
      () => db.query(`UPDATE subscription_flow SET breaker_probe_at = now() WHERE subscription_id = $1`, [place.subscriptionId]),
    ],
  ])('lets another probe go when the one under way %s', async (_, end) => {
    await holding(2);
    await opened();
    const [probe] = await take();
    await end(probe!);
    const [next] = await take();
    expect(next).toMatchObject({ probe: { trips: 1 } });
    expect(next!.uuid).not.toBe(probe!.uuid);
  });

  it('ends the wait of a lost probe with its lease', async () => {
    await holding(1);
    await opened();
    const [probe] = await take();
    const [row] = await db.query<{ same: boolean }>(
      `SELECT f.breaker_probe_at = d.due_at AS same FROM subscription_flow f, deliveries d WHERE f.subscription_id = $1 AND d.id = $2`,
      [place.subscriptionId, probe!.uuid],
    );
    expect(row).toEqual({ same: true });
  });

  it('lets no probe go before the end of a pause that the receiver asked for', async () => {
    await holding(1);
    await opened();
    await db.query(`UPDATE subscription_flow SET paused_until = now() + interval '1 hour' WHERE subscription_id = $1`, [
      place.subscriptionId,
    ]);
    expect(await take()).toEqual([]);
    expect(await toRelease()).not.toContain(place.subscriptionId);
    await db.query(`UPDATE subscription_flow SET paused_until = now() WHERE subscription_id = $1`, [place.subscriptionId]);
    expect(await take()).toHaveLength(1);
  });
});

describe('the sweep of events that nobody was woken for', () => {
  it('takes turns among tenants, each with its oldest first', async () => {
    const db = await createTestDatabase();
    const store = new FanoutStore(await connectStore(db.url));
    const [loud, quiet] = [await insertTenant(db), await insertTenant(db)];
    const waiting = (tenantId: string): Promise<string> => insertWaitingEvent(db, tenantId);
    const ofLoud: string[] = [];
    for (let i = 0; i < 20; i++) ofLoud.push(await waiting(loud));
    const ofQuiet = await waiting(quiet);
    // A gateway of the release before says nothing of the tenant.
    const old = await insertEvent(db, quiet);
    await db.query('INSERT INTO event_outbox (event_id, due_at) VALUES ($1, now())', [old]);
    const swept = (await store.sweep(5, 60_000)).map(({ event }) => event.uuid);
    expect(new Set(swept)).toEqual(new Set([ofQuiet, old, ...ofLoud.slice(0, 3)]));
    expect(await store.sweep(100, 60_000)).toHaveLength(17);
    expect(await store.sweep(100, 60_000)).toEqual([]);
  });
});
