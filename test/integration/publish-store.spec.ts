import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { hotPoolOf } from '../../libs/store/src/data-source.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { type NewEvent, PublishStore } from '../../libs/store/src/publish.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { insertTenant } from '../support/rows.js';
import { eventually } from '../support/eventually.js';
import { connectStore } from '../support/store.js';

describe('publishing into the store', () => {
  let db: TestDatabase;
  let store: PublishStore;
  /** Another process's: they share nothing but the database. */
  let other: PublishStore;
  let tenantId: string;
  let bystander: DataSource;
  let pools: ReturnType<typeof hotPoolOf>[];

  beforeAll(async () => {
    db = await createTestDatabase();
    const [one, two] = [await connectStore(db.url), await connectStore(db.url)];
    store = new PublishStore(one);
    other = new PublishStore(two);
    bystander = await connectStore(db.url);
    pools = [hotPoolOf(one), hotPoolOf(two)];
    tenantId = await insertTenant(db);
  });

  const event = (over: Partial<NewEvent> & { body?: string } = {}): NewEvent => {
    const { body = '{"type":"t","data":1}', ...columns } = over;
    return {
      uuid: newUuid(),
      tenantId,
      ownId: null,
      idempotencyKey: null,
      fingerprint: createHash('sha256').update(body).digest(),
      type: 't',
      topic: null,
      app: null,
      resourceType: null,
      resourceId: null,
      requestId: null,
      occurredAt: null,
      raw: Buffer.from(body),
      dataStart: 18,
      dataEnd: 19,
      ...columns,
    };
  };
  const count = async (table: string): Promise<number> =>
    Number((await db.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))[0]!.n);

  it('is planned once, whatever the events', async () => {
    for (let n = 0; n < 3; n++) await store.publish(event());
    const { rows } = await pools[0]!.query<{ custom_plans: string; generic_plans: string }>(
      `SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE name = 'publish'`,
    );
    expect(rows).toEqual([{ custom_plans: '0', generic_plans: '3' }]);
  });

  it('commits the event with the marker that it still has to be fanned out', async () => {
    const given = event({ body: '{"data":"é\\u0000","type":"t"}', resourceType: 'order', resourceId: '42', topic: 'orders' });
    const published = await store.publish(given);
    expect(published).toMatchObject({ kind: 'accepted', uuid: given.uuid });
    const [row] = await db.query(
      `SELECT e.raw, e.topic, e.resource_id, e.occurred_at = e.accepted_at AS happened_now, o.due_at > now() AS has_grace
       FROM events e JOIN event_outbox o ON o.event_id = e.id WHERE e.id = $1`,
      [given.uuid],
    );
    expect(row).toEqual({ raw: given.raw, topic: 'orders', resource_id: '42', happened_now: true, has_grace: true });
  });

  it('answers a repeat as it answered the first, and stores nothing more', async () => {
    const first = await store.publish(event({ idempotencyKey: 'repeat' }));
    const before = await count('events');
    const again = await other.publish(event({ idempotencyKey: 'repeat' }));
    expect(again).toEqual({ ...first, kind: 'duplicate' });
    expect(await count('events')).toBe(before);
  });

  it('refuses a key that stands for another request, and leaves the first alone', async () => {
    const first = await store.publish(event({ idempotencyKey: 'reused' }));
    await expect(store.publish(event({ idempotencyKey: 'reused', body: '{"data":2}' }))).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
    expect(await store.publish(event({ idempotencyKey: 'reused' }))).toMatchObject({ kind: 'duplicate', uuid: first.uuid });
  });

  it('lets every tenant use a key for itself', async () => {
    const first = await store.publish(event({ idempotencyKey: 'shared' }));
    const theirs = await store.publish(event({ idempotencyKey: 'shared', tenantId: await insertTenant(db), body: '{"data":2}' }));
    expect(theirs).toMatchObject({ kind: 'accepted' });
    expect(theirs.uuid).not.toBe(first.uuid);
  });

  it('takes the publisher’s own id for the key of an event, which then bears it', async () => {
    const first = await store.publish(event({ ownId: 'order-1' }));
    expect(first).toMatchObject({ kind: 'accepted', id: 'order-1' });
    expect(await other.publish(event({ ownId: 'order-1' }))).toMatchObject({ kind: 'duplicate', id: 'order-1', uuid: first.uuid });
    // The same text as a header is another key: nobody promised that they mean the same.
    expect(await store.publish(event({ idempotencyKey: 'order-1' }))).toMatchObject({ kind: 'accepted' });
  });

  it('forgets a key after 24 hours, and a publisher’s own id never', async () => {
    const [key, own] = [await store.publish(event({ idempotencyKey: 'old' })), await store.publish(event({ ownId: 'old' }))];
    const age = (hours: number) =>
      db.query(`UPDATE event_keys SET created_at = now() - make_interval(hours => $1) WHERE key IN ('k:old', 'i:old')`, [hours]);
    await age(23);
    expect(await store.publish(event({ idempotencyKey: 'old' }))).toMatchObject({ kind: 'duplicate', uuid: key.uuid });
    await age(25);
    const anew = await store.publish(event({ idempotencyKey: 'old', body: '{"data":"another"}' }));
    expect(anew).toMatchObject({ kind: 'accepted' });
    expect(await store.publish(event({ idempotencyKey: 'old', body: '{"data":"another"}' }))).toMatchObject({
      kind: 'duplicate',
      uuid: anew.uuid,
    });
    expect(await store.publish(event({ ownId: 'old' }))).toMatchObject({ kind: 'duplicate', uuid: own.uuid });
  });

  it('makes one event of 40 publishes with one key at once, over two processes', async () => {
    const before = await count('events');
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 ? store : other).publish(event({ idempotencyKey: 'burst' }))),
    );
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(await count('events')).toBe(before + 1);
  });

  it('refuses only the reuse when good and bad arrive together', async () => {
    await store.publish(event({ idempotencyKey: 'taken' }));
    const settled = await Promise.allSettled([
      store.publish(event()),
      store.publish(event({ idempotencyKey: 'taken', body: '{"data":"else"}' })),
      store.publish(event({ idempotencyKey: 'free' })),
      // Postgres cannot hold this text; the API refuses it long before.
      store.publish(event({ type: 'nul\u0000' })),
      store.publish(event({ ownId: 'free-too' })),
    ]);
    expect(settled.map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : result.value.kind))).toEqual([
      'accepted',
      'idempotency_key_reused',
      'accepted',
      'invalid_value',
      'accepted',
    ]);
  });

  it('never deadlocks, however the keys of concurrent batches overlap', async () => {
    const statements = pools.map((pool) => jest.spyOn(pool, 'query'));
    const publishAll = (from: PublishStore, order: string[]) =>
      Promise.all(order.map((idempotencyKey) => from.publish(event({ idempotencyKey }))));
    // Somebody is in the middle of the same keys, so that both batches have gone as far as they can before either may go on.
    const keys = Array.from({ length: 9 }, (_, i) => `overlap-${i}`);
    const somebody = bystander.createQueryRunner();
    await somebody.startTransaction();
    await somebody.query(`INSERT INTO event_keys (tenant_id, key, event_id, fingerprint) VALUES ($1, 'k:overlap-4', $1, '')`, [tenantId]);
    const batches = Promise.all([publishAll(store, keys), publishAll(other, keys.toReversed())]);
    await eventually(async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect(await db.query(waiting)).toHaveLength(2);
    });
    await somebody.rollbackTransaction();
    await somebody.release();
    const [one, two] = await batches;
    expect(two.toReversed().map(({ uuid }) => uuid)).toEqual(one.map(({ uuid }) => uuid));
    // A batch that is chosen as a deadlock's victim is tried item by item and succeeds: only its statement tells.
    const done = await Promise.allSettled(statements.flatMap((spy) => spy.mock.results.map(({ value }) => value as unknown)));
    expect(done.filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});
