import type { DomainError } from '#domain/errors.js';
import { deliveryUuid, formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import type { ReplayFilter } from '#domain/replay/replay.js';
import type { DataSource } from 'typeorm';
import { poolOf } from '../../libs/store/src/data-source.js';
import { DeliveryStore } from '../../libs/store/src/delivery.store.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { deliver } from '../../libs/store/src/replay-rows.js';
import type { ReplayScope } from '../../libs/store/src/replay-scope.js';
import { type ClaimedPart, ReplayStepStore, type Step } from '../../libs/store/src/replay-step.store.js';
import { type ReplayRow, ReplayStore } from '../../libs/store/src/replay.store.js';
import { UpkeepStore } from '../../libs/store/src/upkeep.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { insertDelivery, insertEvent, insertSubscription, insertTenant, readDelivery } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const HOUR_MS = 3_600_000;
const LEASE_MS = 60_000;
const PLENTY = 1_000;

describe('a replay in the store', () => {
  let db: TestDatabase;
  let dataSource: DataSource;
  let replays: ReplayStore;
  let steps: ReplayStepStore;
  let tenantId: string;
  let subscriptionId: string;

  beforeAll(async () => {
    db = await createTestDatabase();
    dataSource = await connectStore(db.url);
    replays = new ReplayStore(dataSource);
    steps = new ReplayStepStore(dataSource);
  });

  beforeEach(async () => {
    await db.query('DELETE FROM replays');
    tenantId = await insertTenant(db);
    subscriptionId = await insertSubscription(db, tenantId);
  });

  const scopeOf = (over: Partial<ReplayScope> = {}): ReplayScope => ({
    tenantId,
    mode: 'failed',
    subscriptionUuid: subscriptionId,
    filter: {},
    from: new Date(Date.now() - HOUR_MS),
    // What was made in this very millisecond is in it.
    to: new Date(Date.now() + 1),
    ...over,
  });
  const create = (over: Partial<ReplayScope> = {}, rate = 1_000): Promise<ReplayRow> => replays.create(scopeOf(over), rate, 0);
  const failed = (count: number, subscription = subscriptionId): Promise<string[]> =>
    Promise.all(
      Array.from({ length: count }, () => insertDelivery(db, { tenantId, subscriptionId: subscription }, { state: 'failed' })),
    ).then((ids) => ids.sort());
  /** With credit for as many as it likes. */
  const claim = async (): Promise<ClaimedPart> => {
    const part = await steps.claim(newUuid(), LEASE_MS);
    if (!part) throw new Error('There is nothing to claim.');
    await db.query(`UPDATE replays SET next_slot_at = now() - interval '1 hour'`);
    return part;
  };
  const dueAtOnce = () => db.query('UPDATE replay_parts SET due_at = now()');
  const step = async (most: number): Promise<Step> => {
    await dueAtOnce();
    return steps.stepFailed(await claim(), most);
  };
  const released = (result: Step): string[] => (result.kind === 'moved' ? result.released : []);
  const progress = async ({ id }: ReplayRow) => (await replays.find(tenantId, id))!;
  const codeOf = (refused: Promise<unknown>): Promise<string> =>
    refused.then(
      () => 'done',
      (error: unknown) => (error as DomainError).code,
    );

  describe('of mode failed', () => {
    it('sends each delivery of its window once, however small its steps, and ends with the last', async () => {
      const ids = await failed(5);
      const replay = await create();
      const sent: string[][] = [];
      for (let i = 0; i < 3; i++) sent.push(released(await step(2)).sort());
      expect(sent).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
      expect(await progress(replay)).toMatchObject({ state: 'done', processed: 5, resent: 5, skipped: 0, endedAt: expect.any(Date) });
      expect(await steps.claim(newUuid(), LEASE_MS)).toBeNull();
    });

    it('puts a delivery back to the start as a single resend does', async () => {
      const [one, other] = await failed(2);
      await db.query(`UPDATE deliveries SET attempt_count = 3, retries_used = 3, crash_count = 1, body_source = 'default'`);
      const replay = await create({ to: new Date(Date.now() + 1) });
      expect(released(await step(1))).toEqual([one]);
      await replays.cancel(tenantId, replay.id);
      await new DeliveryStore(dataSource).resend(tenantId, other!, 'manual');
      const { dueInMs, trigger, ...byReplay } = await readDelivery(db, one!);
      const { dueInMs: dueOfOther, trigger: byHand, ...alike } = await readDelivery(db, other!);
      expect(byReplay).toEqual(alike);
      expect([trigger, byHand]).toEqual(['replay', 'manual']);
      expect([dueInMs! <= 0, dueOfOther! <= 0]).toEqual([true, true]);
    });

    it('takes the states, reasons and types it was told, and counts what has not ended as skipped', async () => {
      const place = { tenantId, subscriptionId };
      const [wanted, otherType, otherReason, cancelled, pending] = await Promise.all([
        insertDelivery(db, place, { state: 'diverted' }),
        insertDelivery(db, place, { state: 'diverted' }),
        insertDelivery(db, place, { state: 'diverted' }),
        insertDelivery(db, place, { state: 'cancelled' }),
        insertDelivery(db, place, { state: 'pending' }),
      ]);
      await db.query(`UPDATE deliveries SET reason = 'not_retryable', event_type = 'a_b.made' WHERE ended_at IS NOT NULL`);
      await db.query(`UPDATE deliveries SET event_type = 'a_b.made' WHERE id = $1`, [pending]);
      await db.query(`UPDATE deliveries SET event_type = 'axb.made' WHERE id = $1`, [otherType]);
      await db.query(`UPDATE deliveries SET reason = 'poison' WHERE id = $1`, [otherReason]);
      const filter: ReplayFilter = { states: ['diverted', 'failed'], reasons: ['not_retryable', 'gone'], eventTypes: ['x', 'A_b.*'] };
      expect(await replays.count(scopeOf({ filter }))).toEqual({ total: 2, sendable: 1 });
      const replay = await create({ filter });
      expect(released(await step(PLENTY))).toEqual([wanted]);
      expect(await progress(replay)).toMatchObject({ processed: 2, resent: 1, skipped: 1, skippedBy: { not_ended: 1 } });
      expect((await readDelivery(db, cancelled)).state).toBe('cancelled');
    });

    it('takes what is about a resource only', async () => {
      const [wanted] = await failed(3);
      await db.query(
        `UPDATE events SET resource_type = 'order', resource_id = '7' FROM deliveries d WHERE d.event_id = events.id AND d.id = $1`,
        [wanted],
      );
      const filter: ReplayFilter = { resource: { type: 'order', id: '7' } };
      expect(await replays.count(scopeOf({ filter }))).toEqual({ total: 1, sendable: 1 });
      await create({ filter });
      expect(released(await step(PLENTY))).toEqual([wanted]);
    });

    it('skips what its subscription would not get, with the reason', async () => {
      const changes = ['deleted_at = now()', 'enabled = false', 'suspended_at = now()'];
      for (const change of changes) {
        const gone = await insertSubscription(db, tenantId);
        await failed(2, gone);
        await db.query(`UPDATE subscriptions SET ${change} WHERE id = $1`, [gone]);
      }
      const ids = await failed(1);
      expect(await replays.count(scopeOf({ subscriptionUuid: null }))).toEqual({ total: 7, sendable: 1 });
      const replay = await create({ subscriptionUuid: null });
      const sent: string[] = [];
      for (let i = 0; i < 4; i++) sent.push(...released(await step(PLENTY)));
      expect(sent).toEqual(ids);
      expect(await progress(replay)).toMatchObject({
        state: 'done',
        resent: 1,
        skippedBy: { subscription_deleted: 2, subscription_disabled: 2, subscription_suspended: 2 },
      });
    });

    it('keeps to its rate over all of its parts', async () => {
      const other = await insertSubscription(db, tenantId);
      await Promise.all([failed(8), failed(8, other)]);
      await create({ subscriptionUuid: null }, 5);
      // A second's worth at once, and then none before the next fifth of a second.
      expect(released(await step(PLENTY))).toHaveLength(5);
      const part = (await dueAtOnce(), await steps.claim(newUuid(), LEASE_MS))!;
      expect(released(await steps.stepFailed(part, PLENTY)).length).toBeLessThan(5);
    });

    it('has nothing to do in a window without deliveries, and has ended when it is made', async () => {
      expect(await create({ subscriptionUuid: null, from: new Date(0), to: new Date(1) })).toMatchObject({ state: 'done', processed: 0 });
    });
  });

  describe('of mode missing', () => {
    const missing = (over: Partial<ReplayScope> = {}): Partial<ReplayScope> => ({ mode: 'missing', to: new Date(Date.now() + 1), ...over });
    /** As if the window had closed long ago. */
    const settle = () =>
      db.query(`UPDATE replays SET window_to = window_to - interval '5 seconds', window_from = window_from - interval '1 day'`);
    const events = async (count: number): Promise<string[]> => {
      // Older than the seconds in which a publish of the window might still commit.
      const at = Date.now() - 60_000;
      const ids = Array.from({ length: count }, (_, i) => uuidAt(at + i));
      for (const id of ids) await insertEvent(db, tenantId, id);
      return ids;
    };

    it('makes the deliveries that are not there, under the ids that the fan-out would have given them', async () => {
      const [seen, unwanted, wanted] = await events(3);
      await insertDelivery(db, { tenantId, subscriptionId, eventId: seen! }, { state: 'delivered' });
      const replay = await create(missing());
      await settle();
      const result = await steps.stepMissing(await claim(), PLENTY, { wants: ({ uuid }) => uuid !== unwanted, firstDelayMs: 0 });
      expect(released(result)).toEqual([deliveryUuid(wanted!, subscriptionId)]);
      expect(await progress(replay)).toMatchObject({ state: 'done', resent: 1, skippedBy: { already_there: 1, not_wanted: 1 } });
      expect(await readDelivery(db, released(result)[0]!)).toMatchObject({ state: 'pending', trigger: 'replay', attemptCount: 0 });
    });

    it('leaves to the fan-out what it made meanwhile', async () => {
      const [event] = await events(1);
      const replay = await create(missing());
      await settle();
      const part = await claim();
      // Between the look at the journal and the insert.
      const wants = (): boolean => true;
      const client = await poolOf(dataSource).connect();
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, due_at) VALUES ($1, $2, $3, $4, 't', 'pending', 'infinity')`,
        [deliveryUuid(event!, subscriptionId), tenantId, event, subscriptionId],
      );
      const stepping = steps.stepMissing(part, PLENTY, { wants, firstDelayMs: 0 });
      // It has looked, and now meets a row that it did not see.
      await eventually(async () =>
        expect(
          await db.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`),
        ).toHaveLength(1),
      );
      await client.query('COMMIT');
      client.release();
      expect(released(await stepping)).toEqual([]);
      expect(await progress(replay)).toMatchObject({ resent: 0, skippedBy: { already_there: 1 } });
      expect((await readDelivery(db, deliveryUuid(event!, subscriptionId))).trigger).toBe('schedule');
    });

    it('keeps its end open until no publish of its window can be under way', async () => {
      await events(1);
      const replay = await create(missing());
      const result = await steps.stepMissing(await claim(), PLENTY, { wants: () => true, firstDelayMs: 0 });
      expect([released(result).length, (await progress(replay)).state]).toEqual([1, 'running']);
      const [late] = await Promise.all([insertEvent(db, tenantId, uuidAt(Date.now() - 50_000))]);
      await dueAtOnce();
      const then = await steps.stepMissing(await claim(), PLENTY, { wants: () => true, firstDelayMs: 0 });
      expect(released(then)).toEqual([deliveryUuid(late, subscriptionId)]);
    });

    it('makes no delivery of an event that is gone', async () => {
      const [kept] = await events(1);
      const client = await poolOf(dataSource).connect();
      const made = await deliver(client, { ...scopeOf(missing()), subscriptionUuid: subscriptionId }, [uuidAt(Date.now()), kept!], 0);
      client.release();
      expect(made).toEqual([deliveryUuid(kept!, subscriptionId)]);
    });
  });

  describe('and its lease', () => {
    it('go to one of many runners', async () => {
      await failed(1);
      await create();
      const claims = await Promise.all(Array.from({ length: 8 }, () => steps.claim(newUuid(), LEASE_MS)));
      const mine = claims.filter((part) => part !== null);
      expect(mine.map(({ hasBegun }) => hasBegun)).toEqual([true]);
    });

    it('write nothing once the lease is another’s, so that no delivery goes twice', async () => {
      const ids = await failed(3);
      const replay = await create();
      const stale = await claim();
      await dueAtOnce();
      const fresh = await claim();
      expect(await steps.stepFailed(stale, PLENTY)).toEqual({ kind: 'lost' });
      expect((await progress(replay)).processed).toBe(0);
      expect(released(await steps.stepFailed(fresh, PLENTY)).sort()).toEqual(ids);
      expect(await steps.stepFailed(fresh, PLENTY)).toEqual({ kind: 'lost' });
    });

    it('write nothing once the replay is paused or cancelled, and go on when it is resumed', async () => {
      const ids = await failed(2);
      const replay = await create();
      const part = await claim();
      await replays.pause(tenantId, replay.id);
      expect(await steps.stepFailed(part, PLENTY)).toEqual({ kind: 'lost' });
      expect(await steps.claim(newUuid(), LEASE_MS)).toBeNull();
      expect(await replays.resume(tenantId, replay.id)).toMatchObject({ state: 'running' });
      const again = await claim();
      expect(released(await steps.stepFailed(again, 1))).toEqual(ids.slice(0, 1));
      await dueAtOnce();
      const last = await claim();
      expect(await replays.cancel(tenantId, replay.id)).toMatchObject({ state: 'cancelled', resent: 1 });
      expect(await steps.stepFailed(last, PLENTY)).toEqual({ kind: 'lost' });
      expect((await readDelivery(db, ids[1]!)).state).toBe('failed');
    });

    it('move deliveries, place and counters together or not at all, as when the process dies in between', async () => {
      const ids = await failed(3);
      const replay = await create();
      await db.query(`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'died'; END $$`);
      await db.query('CREATE TRIGGER dying BEFORE UPDATE OF processed ON replays FOR EACH ROW EXECUTE FUNCTION die()');
      await expect(step(PLENTY)).rejects.toThrow('died');
      await db.query('DROP FUNCTION die CASCADE');
      expect((await readDelivery(db, ids[0]!)).state).toBe('failed');
      expect(released(await step(PLENTY)).sort()).toEqual(ids);
      expect(await progress(replay)).toMatchObject({ state: 'done', processed: 3, resent: 3 });
    });

    it('let two runners share the parts: each delivery goes once, and the counters are whole', async () => {
      const others = await Promise.all([1, 2, 3].map(() => insertSubscription(db, tenantId)));
      const ids = (await Promise.all([subscriptionId, ...others].map((id) => failed(12, id)))).flat();
      const replay = await create({ subscriptionUuid: null });
      const sent: string[] = [];
      const runner = async (): Promise<void> => {
        for (let part = await steps.claim(newUuid(), LEASE_MS); part; part = await steps.claim(newUuid(), LEASE_MS)) {
          sent.push(...released(await steps.stepFailed(part, 3)));
          await db.query(
            `UPDATE replays SET next_slot_at = now() - interval '1 hour'; UPDATE replay_parts SET due_at = now() WHERE lease_token IS NULL`,
          );
        }
      };
      await Promise.all([runner(), runner()]);
      await runner();
      expect(sent.sort()).toEqual(ids.sort());
      expect(await progress(replay)).toMatchObject({ state: 'done', resent: 48, processed: 48 });
    });
  });

  describe('that meets faults', () => {
    it('tries again, and gives up at the tenth in a row', async () => {
      await failed(3);
      const replay = await create();
      const fault = async (): Promise<boolean> => {
        await dueAtOnce();
        return steps.fault(await claim(), 'internal_error', 0, false);
      };
      for (let i = 0; i < 9; i++) expect(await fault()).toBe(false);
      expect(await progress(replay)).toMatchObject({ state: 'running', lastError: 'internal_error', endedAt: null });
      await step(1);
      for (let i = 0; i < 9; i++) expect(await fault()).toBe(false);
      expect(await fault()).toBe(true);
      expect(await progress(replay)).toMatchObject({ state: 'failed', resent: 1, endedAt: expect.any(Date) });
    });

    it('ends at once where time will not help', async () => {
      await failed(1);
      const replay = await create();
      expect(await steps.fault(await claim(), 'subscription_deleted', 0, true)).toBe(true);
      expect(await progress(replay)).toMatchObject({ state: 'failed', lastError: 'subscription_deleted' });
    });
  });

  describe('that is asked for', () => {
    it('is made once of a hundred that come together, and the others are told its id', async () => {
      await failed(1);
      const scope = scopeOf();
      const answers = await Promise.allSettled(Array.from({ length: 100 }, () => replays.create(scope, 1, 1)));
      const made = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.id] : []));
      const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as DomainError] : []));
      expect(made).toHaveLength(1);
      expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['replay_overlaps']));
      expect(refused[0]!.message).toContain(formatId('rpl', made[0]!));
    });

    it('meets no other where mode, subscription or window differ, or where that one has ended', async () => {
      const other = await insertSubscription(db, tenantId);
      const { id } = await create();
      const earlier = { from: new Date(0), to: new Date(1_000) };
      const differing = [{ mode: 'missing' as const }, { subscriptionUuid: other }, earlier].map((over) => codeOf(create(over)));
      expect(await Promise.all(differing)).toEqual(['done', 'done', 'done']);
      expect(await codeOf(create({ subscriptionUuid: null }))).toBe('replay_overlaps');
      await replays.cancel(tenantId, id);
      expect(await codeOf(create())).toBe('done');
    });

    it('finds as many of its tenant’s open as there may be, and no more', async () => {
      const slot = (i: number) => ({ from: new Date(i * 1_000), to: new Date(i * 1_000 + 1) });
      for (let i = 0; i < LIMITS.openReplays.max; i++) expect(await codeOf(create(slot(i)))).toBe('done');
      expect(await codeOf(create(slot(LIMITS.openReplays.max)))).toBe('quota_exceeded');
    });

    it('has at most so many deliveries in its window, and in mode missing events', async () => {
      await failed(3);
      for (const mode of ['failed', 'missing'] as const) {
        expect(await replays.count(scopeOf({ mode }), 3)).toMatchObject({ total: 3 });
        expect([mode, await codeOf(replays.count(scopeOf({ mode }), 2))]).toEqual([mode, 'replay_too_large']);
      }
    });

    it('is forgotten with the retention once it has ended', async () => {
      const [old, young, open] = [
        await create(),
        await create({ subscriptionUuid: await insertSubscription(db, tenantId) }),
        await create({ mode: 'missing' }),
      ];
      for (const { id } of [old, young]) await replays.cancel(tenantId, id);
      await db.query(`UPDATE replays SET ended_at = now() - interval '8 days' WHERE id = $1`, [old.id]);
      expect(await new UpkeepStore(dataSource).forgetReplays(7)).toBe(1);
      expect((await replays.list(tenantId, 10, null)).map(({ id }) => id)).toEqual([open.id, young.id]);
    });
  });
});

/** A uuid of that moment. */
function uuidAt(ms: number): string {
  const time = Math.floor(ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${newUuid().slice(13)}`;
}
