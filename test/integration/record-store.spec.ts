import type { Outcome } from '../../libs/domain/src/outcome.js';
import type { SendResult } from '../../libs/domain/src/send-result.js';
import { type Claimed, ClaimStore } from '../../libs/store/src/claim.store.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { type FinishedAttempt, RecordStore } from '../../libs/store/src/record.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type DeliveryPlace, insertDelivery, insertSubscription, insertTenant, readDelivery } from '../support/rows.js';
import { connectStore } from '../support/store.js';

const TIMINGS = { dnsMs: null, connectMs: 1, tlsMs: null, firstByteMs: 2, totalMs: 3 };
const answered = (status: number): SendResult => ({
  kind: 'response',
  status,
  headers: { 'x-a': 'b' },
  bodyPrefix: Buffer.from('nul\u0000 is no text'),
  truncated: true,
  timings: TIMINGS,
});
const delivered: Outcome = { kind: 'delivered', reason: 'acknowledged' };
const retry: Outcome = { kind: 'retry', delaySeconds: 60, pauseSeconds: null };

describe('the record of an attempt', () => {
  let db: TestDatabase;
  let claims: ClaimStore;
  let records: RecordStore;
  let place: DeliveryPlace;

  beforeAll(async () => {
    db = await createTestDatabase();
    const store = await connectStore(db.url);
    [claims, records] = [new ClaimStore(store), new RecordStore(store)];
  });
  beforeEach(async () => {
    await db.query('DELETE FROM deliveries');
    const tenantId = await insertTenant(db);
    place = { tenantId, subscriptionId: await insertSubscription(db, tenantId) };
  });

  const claimed = async (count = 1): Promise<Claimed[]> => {
    for (let i = 0; i < count; i++) await insertDelivery(db, place);
    return (await claims.claimDue(count, { leaseToken: newUuid(), leaseSlackMs: 10_000 })).claimed;
  };
  const finished = (claim: Claimed, outcome: Outcome, over: Partial<FinishedAttempt> = {}): FinishedAttempt => ({
    claim,
    attemptUuid: newUuid(),
    startedAt: new Date(),
    request: { method: 'POST', url: 'https://example.com/', headers: { 'X-A': ['b'] } },
    result: answered(200),
    outcome,
    bodySource: 'default',
    freeze: null,
    ...over,
  });
  const attemptsOf = (id: string) =>
    db.query<{
      number: number;
      outcome: string;
      status: number | null;
      trigger: string;
      error_code: string | null;
      response_body: Buffer | null;
    }>('SELECT number, outcome, status, trigger, error_code, response_body FROM attempts WHERE delivery_id = $1 ORDER BY number', [id]);
  const subscription = async () =>
    (
      await db.query<{ enabled: boolean; suspended_reason: string | null; suspended: boolean }>(
        'SELECT enabled, suspended_reason, suspended_at IS NOT NULL AS suspended FROM subscriptions WHERE id = $1',
        [place.subscriptionId],
      )
    )[0];

  it.each<[Outcome, string, string]>([
    [delivered, 'delivered', 'acknowledged'],
    [{ kind: 'failed', reason: 'attempts_exhausted', suspend: false, alert: false }, 'failed', 'attempts_exhausted'],
    [{ kind: 'diverted', reason: 'not_retryable', suspend: false, alert: false }, 'diverted', 'not_retryable'],
    [{ kind: 'refused', reason: 'gone' }, 'refused', 'gone'],
  ])('ends the delivery where the outcome says: %j', async (outcome, state, reason) => {
    const [claim] = await claimed();
    expect(await records.record(finished(claim!, outcome))).toBe('recorded');
    expect(await readDelivery(db, claim!.uuid)).toMatchObject({
      state,
      reason,
      hasEnded: true,
      leaseToken: null,
      dueInMs: null,
      crashCount: 0,
      attemptCount: 1,
    });
    expect(await attemptsOf(claim!.uuid)).toMatchObject([
      { number: 1, outcome: state, status: 200, response_body: Buffer.from('nul\u0000 is no text') },
    ]);
  });

  it('sends a retry back to wait for its time', async () => {
    const [claim] = await claimed();
    const failure: SendResult = { kind: 'failure', code: 'timeout_total', message: 'Too slow.', timings: TIMINGS };
    await records.record(finished(claim!, retry, { result: failure }));
    const row = await readDelivery(db, claim!.uuid);
    expect(row).toMatchObject({
      state: 'pending',
      reason: null,
      attemptCount: 1,
      retriesUsed: 1,
      crashCount: 0,
      lastStatus: null,
      lastError: 'timeout_total',
    });
    expect(row.dueInMs).toBeGreaterThan(55_000);
    expect(await attemptsOf(claim!.uuid)).toMatchObject([{ outcome: 'retry', status: null, error_code: 'timeout_total' }]);
  });

  it('is the policy’s again after an attempt that a person asked for', async () => {
    const [claim] = await claimed();
    await records.record(finished({ ...claim!, trigger: 'manual' }, retry));
    expect((await attemptsOf(claim!.uuid))[0]).toMatchObject({ trigger: 'manual' });
    expect(await readDelivery(db, claim!.uuid)).toMatchObject({ trigger: 'schedule' });
  });

  it('keeps the bytes of the first templated body, and which kind was sent first', async () => {
    const [claim] = await claimed();
    const freeze = (text: string) => ({ bodySource: 'template' as const, freeze: { body: Buffer.from(text), contentType: 'text/plain' } });
    await records.record(finished(claim!, retry, freeze('first')));
    await db.query('UPDATE deliveries SET due_at = now() WHERE id = $1', [claim!.uuid]);
    const { claimed: again } = await claims.claimDue(1, { leaseToken: newUuid(), leaseSlackMs: 1_000 });
    expect(again[0]).toMatchObject({ bodySource: 'template', attemptCount: 1, retriesUsed: 1 });
    await records.record(finished(again[0]!, delivered, freeze('second')));
    expect((await db.query<{ body: Buffer }>('SELECT body FROM delivery_bodies'))[0]!.body.toString()).toBe('first');
  });

  it('moves nothing with a lease that has passed to another, and is noted as late', async () => {
    const [claim] = await claimed();
    await db.query(`UPDATE deliveries SET due_at = now() - interval '1 s' WHERE id = $1`, [claim!.uuid]);
    await records.recoverExpired(10, 1_000);
    const [second] = (await claims.claimDue(1, { leaseToken: newUuid(), leaseSlackMs: 10_000 })).claimed;
    expect(await records.record(finished(claim!, delivered))).toBe('late');
    expect(await readDelivery(db, claim!.uuid)).toMatchObject({ state: 'sending', leaseToken: second!.leaseToken });
    expect(await records.record(finished(second!, retry, { result: answered(500) }))).toBe('recorded');
    expect((await attemptsOf(claim!.uuid)).map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'interrupted'],
      [2, 'late'],
      [3, 'retry'],
    ]);
    expect(await readDelivery(db, claim!.uuid)).toMatchObject({ state: 'pending', lastStatus: 500, attemptCount: 3, retriesUsed: 1 });
  });

  it('stands once, also when it is written twice because the first answer was lost', async () => {
    const [claim] = await claimed();
    await records.record(finished(claim!, delivered));
    const before = await readDelivery(db, claim!.uuid);
    expect(await records.record(finished(claim!, retry))).toBe('late');
    expect(await readDelivery(db, claim!.uuid)).toEqual({ ...before, attemptCount: 2 });
  });

  it('shares a statement with others, each with its own outcome', async () => {
    const all = await claimed(30);
    const outcomes = all.map((_, i) => (i % 2 ? retry : delivered));
    expect(await Promise.all(all.map((claim, i) => records.record(finished(claim, outcomes[i]!))))).toEqual(all.map(() => 'recorded'));
    for (const [i, claim] of all.entries()) expect((await readDelivery(db, claim.uuid)).state).toBe(i % 2 ? 'pending' : 'delivered');
  });

  it('switches the subscription off on 410 and cancels what waits for it, but not what is under way', async () => {
    const [gone, underWay] = await claimed(2);
    const waiting = await insertDelivery(db, place, { dueAt: `now() + interval '1 hour'` });
    const held = await insertDelivery(db, place, { dueAt: `'infinity'` });
    const others = await insertDelivery(db, { ...place, subscriptionId: await insertSubscription(db, place.tenantId) });
    await records.record(finished(gone!, { kind: 'refused', reason: 'gone' }, { result: answered(410) }));
    expect(await subscription()).toMatchObject({ enabled: false, suspended_reason: 'gone' });
    for (const id of [waiting, held]) expect(await readDelivery(db, id)).toMatchObject({ state: 'cancelled', reason: 'subscription_gone' });
    expect(await readDelivery(db, underWay!.uuid)).toMatchObject({ state: 'sending' });
    expect(await readDelivery(db, others)).toMatchObject({ state: 'pending' });
  });

  it('suspends and alerts where giving up asks for it', async () => {
    const [claim] = await claimed();
    await records.record(finished(claim!, { kind: 'failed', reason: 'attempts_exhausted', suspend: true, alert: true }));
    expect(await subscription()).toMatchObject({ enabled: true, suspended: true, suspended_reason: 'attempts_exhausted' });
    expect(await db.query('SELECT subscription_id FROM alerts WHERE delivery_id = $1', [claim!.uuid])).toEqual([
      { subscription_id: place.subscriptionId },
    ]);
  });

  it('pauses the whole subscription when its receiver asks for it, and never shortens a pause', async () => {
    const [long, short] = await claimed(2);
    const pauseLeft = async () =>
      (
        await db.query<{ s: number }>(
          'SELECT extract(epoch FROM paused_until - now())::float8 AS s FROM subscription_flow WHERE subscription_id = $1',
          [place.subscriptionId],
        )
      )[0]?.s;
    await records.record(finished(long!, { kind: 'retry', delaySeconds: 600, pauseSeconds: 600 }));
    await records.record(finished(short!, { kind: 'retry', delaySeconds: 5, pauseSeconds: 5 }));
    expect(await pauseLeft()).toBeGreaterThan(500);
  });

  it('of a late attempt has no effect on its subscription', async () => {
    const [claim] = await claimed();
    await claims.release([claim!]);
    expect(await records.record(finished(claim!, { kind: 'refused', reason: 'gone' }))).toBe('late');
    expect(await subscription()).toMatchObject({ enabled: true });
    expect(await readDelivery(db, claim!.uuid)).toMatchObject({ state: 'pending' });
  });

  it('is made up for a process that died: interrupted, charged to nobody, and the third time in a row poison', async () => {
    const [first] = await claimed();
    const id = first!.uuid;
    const die = async () => {
      await db.query(`UPDATE deliveries SET due_at = now() - interval '1 ms' WHERE id = $1`, [id]);
      return records.recoverExpired(10, 1_000);
    };
    for (let crash = 1; crash <= 2; crash++) {
      expect(await die()).toEqual({ recovered: 1, poisoned: 0 });
      expect(await readDelivery(db, id)).toMatchObject({ state: 'pending', retriesUsed: 0, attemptCount: crash, crashCount: crash });
      expect((await claims.claimDue(1, { leaseToken: newUuid(), leaseSlackMs: 1_000 })).claimed).toHaveLength(1);
    }
    expect(await die()).toEqual({ recovered: 0, poisoned: 1 });
    expect(await readDelivery(db, id)).toMatchObject({ state: 'failed', reason: 'poison', hasEnded: true });
    expect((await attemptsOf(id)).map(({ outcome }) => outcome)).toEqual(['interrupted', 'interrupted', 'interrupted']);
  });

  it('forgets earlier crashes once an attempt comes to an end', async () => {
    const id = await insertDelivery(db, place, { crashCount: 2 });
    const [claim] = (await claims.claimDue(1, { leaseToken: newUuid(), leaseSlackMs: 1_000 })).claimed;
    await records.record(finished(claim!, retry));
    expect(await readDelivery(db, id)).toMatchObject({ crashCount: 0 });
  });

  it('takes no delivery back whose lease still runs, and each one once', async () => {
    const all = await claimed(12);
    expect(await records.recoverExpired(50, 1_000)).toEqual({ recovered: 0, poisoned: 0 });
    await db.query(`UPDATE deliveries SET due_at = now() - interval '1 ms' WHERE state = 'sending'`);
    const found = await Promise.all(Array.from({ length: 4 }, () => records.recoverExpired(50, 1_000)));
    expect(found.reduce((sum, { recovered }) => sum + recovered, 0)).toBe(all.length);
  });
});
