import pg from 'pg';
import { deliveryUuid } from '../../libs/domain/src/ids.js';
import { FanoutStore, type NewDelivery } from '../../libs/store/src/fanout.store.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertSubscription, insertTenant, insertWaitingEvent, readDelivery } from '../support/rows.js';
import { connectStore } from '../support/store.js';

describe('the fan-out in the store', () => {
  let db: TestDatabase;
  let store: FanoutStore;
  let tenantId: string;
  let subscriptionUuid: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    store = new FanoutStore(await connectStore(db.url));
    tenantId = await insertTenant(db);
    subscriptionUuid = await insertSubscription(db, tenantId);
  });

  const waiting = (dueAt: string): Promise<string> => insertWaitingEvent(db, tenantId, dueAt);
  const delivery = async (start: NewDelivery['start']): Promise<NewDelivery> => {
    const eventUuid = await waiting('now()');
    return {
      uuid: deliveryUuid(eventUuid, subscriptionUuid),
      tenantId,
      eventUuid,
      subscriptionUuid,
      eventType: 't',
      orderKey: null,
      start,
    };
  };
  const now = { kind: 'now', leaseMs: 5_000 } as const;
  const finish = async (eventUuids: string[]): Promise<Set<string>> => (await store.insertDeliveries([], newUuid(), eventUuids)).finished;

  it('makes each delivery once, and hands it to the one that made it', async () => {
    const plan = await Promise.all([delivery(now), delivery(now), delivery(now)]);
    const claims = await Promise.all(Array.from({ length: 4 }, () => store.insertDeliveries(plan, newUuid())));
    const claimed = claims.flatMap((mine) => [...mine.claimed]);
    expect(claimed.sort()).toEqual(plan.map(({ uuid }) => uuid).sort());
    expect((await store.insertDeliveries(plan, newUuid())).claimed).toEqual(new Set());
  });

  it('begins each as it was planned: claimed, due later, or held', async () => {
    const leaseToken = newUuid();
    const [first, second, third] = await Promise.all([
      delivery(now),
      delivery({ kind: 'due', delayMs: 60_000 }),
      delivery({ kind: 'held' }),
    ]);
    expect((await store.insertDeliveries([first, second, third], leaseToken)).claimed).toEqual(new Set([first.uuid]));
    expect(await readDelivery(db, first.uuid)).toMatchObject({ state: 'sending', leaseToken, crashCount: 1, held: false });
    expect(await readDelivery(db, second.uuid)).toMatchObject({ state: 'pending', held: false, crashCount: 0 });
    expect((await readDelivery(db, second.uuid)).dueInMs).toBeGreaterThan(30_000);
    expect(await readDelivery(db, third.uuid)).toMatchObject({ state: 'pending', held: true });
  });

  it('holds what would start at once while its receiver has asked for a pause', async () => {
    await db.query(`INSERT INTO subscription_flow (subscription_id, paused_until) VALUES ($1, now() + interval '1 minute')`, [
      subscriptionUuid,
    ]);
    const given = await delivery(now);
    expect((await store.insertDeliveries([given], newUuid())).claimed).toEqual(new Set());
    expect(await readDelivery(db, given.uuid)).toMatchObject({ state: 'pending', held: true, leaseToken: null });
    await db.query('DELETE FROM subscription_flow');
  });

  it('loads the events that nobody has fanned out yet, with the versions of their tenant’s catalog', async () => {
    const [first, second] = [await waiting('now()'), await waiting('now()')];
    expect(await finish([second])).toEqual(new Set([second]));
    const loaded = await store.load([first, second]);
    expect(loaded.map(({ event }) => event.uuid)).toEqual([first]);
    const [tenant] = await db.query<{ catalog: string }>('SELECT catalog_version AS catalog FROM tenants WHERE id = $1', [tenantId]);
    expect(loaded[0]).toMatchObject({ catalogVersion: BigInt(tenant!.catalog), strictEventTypes: false });
    // Another may have finished one of them before.
    expect(await finish([first, second])).toEqual(new Set([first]));
  });

  it('makes deliveries and finishes their events at once, many doing the same side by side', async () => {
    const eventUuids = await Promise.all(Array.from({ length: 20 }, () => waiting('now()')));
    const plan = eventUuids.map((eventUuid): NewDelivery => ({
      uuid: deliveryUuid(eventUuid, subscriptionUuid),
      tenantId,
      eventUuid,
      subscriptionUuid,
      eventType: 't',
      orderKey: null,
      start: now,
    }));
    const shuffled = (i: number): NewDelivery[] => [...plan.slice(i), ...plan.slice(0, i)];
    const done = await Promise.all(
      [0, 5, 11, 17].map((i) =>
        store.insertDeliveries(
          shuffled(i),
          newUuid(),
          shuffled(i).map((one) => one.eventUuid),
        ),
      ),
    );
    expect(done.flatMap(({ claimed }) => [...claimed]).sort()).toEqual(plan.map(({ uuid }) => uuid).sort());
    expect(done.flatMap(({ finished }) => [...finished]).sort()).toEqual(eventUuids.toSorted());
    expect(await store.load(eventUuids)).toEqual([]);
  });

  describe('swept by four at the same moment', () => {
    const sweepAtOnce = async (limit: number): Promise<string[]> =>
      (await Promise.all(Array.from({ length: 4 }, () => store.sweep(limit, 30_000)))).flat().map(({ event }) => event.uuid);

    beforeEach(() => db.query('DELETE FROM event_outbox'));

    it('gives each overdue event to one of them, in as few rounds as there is work for, and leaves the others their grace', async () => {
      const due = await Promise.all(Array.from({ length: 400 }, () => waiting(`now() - interval '1 second'`)));
      const early = await waiting(`now() + interval '1 minute'`);
      const rounds: string[][] = [];
      for (let taken = await sweepAtOnce(25); taken.length > 0; taken = await sweepAtOnce(25)) rounds.push(taken);
      expect(rounds.flat().sort()).toEqual(due.sort());
      expect(rounds.flat()).not.toContain(early);
      // Four times 25 a round.
      expect(rounds).toHaveLength(4);
    });

    it('leaves what another is about to take to it, and takes the next in turn', async () => {
      const due = (await Promise.all(Array.from({ length: 20 }, () => waiting(`now() - interval '1 second'`)))).sort();
      const other = new pg.Client(db.url);
      await other.connect();
      try {
        await other.query('BEGIN');
        await other.query('SELECT FROM event_outbox WHERE event_id = ANY($1) FOR UPDATE', [due.slice(0, 10)]);
        const taken = (await store.sweep(10, 30_000)).map(({ event }) => event.uuid);
        expect(taken.sort()).toEqual(due.slice(10));
      } finally {
        await other.end();
      }
    });
  });
});
