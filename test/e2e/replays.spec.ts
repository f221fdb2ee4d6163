import { eventually } from '../support/eventually.js';
import { dryRun, insertFailed, lastHour, readReplay, startReplay, tellReplay, untilReplay } from '../support/replays.js';
import { startStage, untilAllEnded, untilDelivery, type Stage } from './stage.js';

describe('a replay', () => {
  let stage: Stage;
  let tenantUuid: string;

  beforeAll(async () => {
    stage = await startStage();
    tenantUuid = (await stage.database.query<{ id: string }>('SELECT id FROM tenants'))[0]!.id;
  });

  const publishMany = (type: string, count: number): Promise<{ id: string }[]> =>
    Promise.all(Array.from({ length: count }, (_, n) => stage.tenant.publish({ type, data: { n } })));
  const idsAt = (path: string): string[] => stage.receiver.to(path).map(({ headers }) => String(headers['webhook-id']));
  const failedAt = async (path: string, count: number) => {
    const subscription = await stage.tenant.subscribe({ url: `${stage.receiver.url}${path}`, eventTypes: ['none'] });
    await insertFailed(stage.database, tenantUuid, subscription.uuid, count);
    return { mode: 'failed' as const, subscriptionId: subscription.id, ...lastHour() };
  };

  it('sends again what failed during an outage: each delivery once, the same bytes, counted beforehand', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/outage', { kind: 'answer', status: 503 });
    await tenant.subscribe({ url: `${receiver.url}/outage`, eventTypes: ['outage'], failureHandling: { retry: null } });
    const ids = (await publishMany('outage', 25)).map(({ id }) => id);
    await untilAllEnded(database);
    receiver.on('/outage', { kind: 'answer' });
    await tenant.subscribe({ url: `${receiver.url}/well`, eventTypes: ['well'] });
    await untilDelivery(tenant, (await tenant.publish({ type: 'well', data: 1 })).id, { state: 'delivered' });

    const asked = { mode: 'failed' as const, filter: { eventTypes: ['out*'] }, ...lastHour() };
    expect(await dryRun(tenant, asked)).toEqual({ count: 25, total: 25, examined: 25, isExact: true });
    const replay = await startReplay(tenant, asked);
    expect(replay).toMatchObject({ total: 25, ratePerSecond: 100, subscriptionId: null });
    await untilReplay(tenant, replay, { state: 'done', processed: 25, resent: 25, skipped: 0, endedAt: expect.any(String) });
    await untilAllEnded(database);
    expect(idsAt('/outage').sort()).toEqual([...ids, ...ids].sort());
    const [first] = ids;
    const delivery = await untilDelivery(tenant, first!, { state: 'delivered', attemptCount: 2 });
    expect((await tenant.attempts(delivery.id)).map(({ trigger, outcome }) => [trigger, outcome])).toEqual([
      ['replay', 'delivered'],
      ['schedule', 'failed'],
    ]);
    const bodies = receiver.to('/outage').filter(({ headers }) => headers['webhook-id'] === first);
    expect(bodies[1]!.body.equals(bodies[0]!.body)).toBe(true);
    expect(idsAt('/well')).toHaveLength(1);
    expect(await dryRun(tenant, asked)).toMatchObject({ count: 0 });
  });

  it('delivers to a new subscription what it never saw, and never what it did see', async () => {
    const { tenant, receiver, database } = stage;
    const before = (await publishMany('history', 12)).map(({ id }) => id);
    await tenant.publish({ type: 'history', data: { n: -1 } });
    await publishMany('elsewhere', 5);
    await untilAllEnded(database);
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/history`,
      eventTypes: ['history'],
      filter: { '>=': [{ var: 'data.n' }, 0] },
    });
    const { id: seen } = await tenant.publish({ type: 'history', data: { n: 99 } });
    await untilDelivery(tenant, seen, { state: 'delivered' });

    const asked = {
      mode: 'missing' as const,
      subscriptionId: subscription.id,
      filter: { eventTypes: ['history', 'elsewhere'] },
      ...lastHour(),
    };
    expect(await dryRun(tenant, asked)).toEqual({ count: 12, total: 19, examined: 19, isExact: true });
    const replay = await startReplay(tenant, asked);
    await untilReplay(tenant, replay, { state: 'done', processed: 19, resent: 12, skippedBy: { not_wanted: 6, already_there: 1 } });
    await untilAllEnded(database);
    expect(idsAt('/history').sort()).toEqual([...before, seen].sort());
    expect(await dryRun(tenant, asked)).toMatchObject({ count: 0, isExact: true });
  });

  it('stops when it is paused and goes on where it was; when it is cancelled, the rest stays as it is', async () => {
    const { tenant, database } = stage;
    const asked = await failedAt('/paused', 60);
    const replay = await startReplay(tenant, { ...asked, ratePerSecond: 20 });
    const beyond = (resent: number): Promise<void> =>
      eventually(async () => expect((await readReplay(tenant, replay)).resent).toBeGreaterThan(resent));
    await beyond(0);
    const paused = await tellReplay(tenant, replay, 'pause');
    expect(paused).toMatchObject({ state: 'paused' });
    expect(paused.resent).toBeLessThan(60);
    // Other work goes on, and takes longer than the replay's next step would have.
    const other = await startReplay(tenant, { ...(await failedAt('/meanwhile', 20)), ratePerSecond: 20 });
    await untilReplay(tenant, other, { state: 'done', resent: 20 });
    expect((await readReplay(tenant, replay)).resent).toBe(paused.resent);
    expect(idsAt('/paused')).toHaveLength(paused.resent);

    expect((await tellReplay(tenant, replay, 'resume')).state).toBe('running');
    await beyond(paused.resent);
    const cancelled = await tellReplay(tenant, replay, 'cancel');
    expect(cancelled).toMatchObject({ state: 'cancelled', endedAt: expect.any(String) });
    await untilAllEnded(database);
    expect(new Set(idsAt('/paused')).size).toBe(cancelled.resent);
    expect(idsAt('/paused')).toHaveLength(cancelled.resent);
    const [left] = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM deliveries WHERE event_type = 'old' AND state = 'failed'`,
    );
    expect(left!.count).toBe(60 - cancelled.resent);
  });

  it('lets only the next retry go when one was waiting already: such a delivery is not its business', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/retrying', { kind: 'answer', status: 500 });
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/retrying`,
      eventTypes: ['retrying'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 3_600, maxAttempts: 2 } },
    });
    const { id } = await tenant.publish({ type: 'retrying', data: 1 });
    const { nextAttemptAt } = await untilDelivery(tenant, id, { state: 'pending', attemptCount: 1 });
    const replay = await startReplay(tenant, { mode: 'failed', subscriptionId: subscription.id, ...lastHour() });
    await untilReplay(tenant, replay, { state: 'done', resent: 0, skippedBy: { not_ended: 1 } });
    expect(await untilDelivery(tenant, id, { state: 'pending' })).toMatchObject({ attemptCount: 1, nextAttemptAt });
    await database.query(`DELETE FROM deliveries WHERE state = 'pending'`);
  });
});
