import type { Delivery, Page } from '../support/api-shapes.js';
import { deliveryOf, gate, patch, readSubscription, startStage, untilDelivery, untilFannedOut, type Stage } from './stage.js';

const ONE_ATTEMPT = { retry: { kind: 'fixed' as const, delaySeconds: 0, maxAttempts: 1 } };

interface Explanation {
  items: { matched: boolean; verdicts: { check: string; passed: boolean; reason: string }[] }[];
}

/** What happens to a delivery that nobody will try again, and to its subscription. */
describe('a delivery that is given up', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  /** The reasons of the checks that this event did not pass at this subscription. */
  async function failedChecks(eventId: string, subscriptionId: string): Promise<string[]> {
    const { body } = await stage.tenant.send<Explanation>('GET', `/v1/events/${eventId}/explain?subscription=${subscriptionId}`);
    return body.items[0]!.verdicts.filter(({ passed }) => !passed).map(({ reason }) => reason);
  }

  it('by 410 is refused, switches its subscription off and cancels what waits for it; once enabled it can be resent', async () => {
    const { tenant, receiver } = stage;
    const answer = gate();
    receiver.on('/gone', [{ kind: 'answer', status: 410, after: answer.opened }, { kind: 'answer' }]);
    const subscription = await tenant.subscribe({ url: `${receiver.url}/gone`, eventTypes: ['gone'], maxConcurrency: 1 });
    const first = await tenant.publish({ type: 'gone', data: 1 });
    await receiver.waitFor(({ path }) => path === '/gone');
    const waiting = await tenant.publish({ type: 'gone', data: 2 });
    await untilDelivery(tenant, waiting.id, { state: 'pending', held: true });
    answer.open();

    const refused = await untilDelivery(tenant, first.id, { state: 'refused', reason: 'gone', lastStatus: 410, attemptCount: 1 });
    await untilDelivery(tenant, waiting.id, { state: 'cancelled', reason: 'subscription_gone', attemptCount: 0 });
    const gone = await readSubscription(tenant, subscription);
    expect(gone).toMatchObject({ enabled: false, active: false, suspended: false, suspendedReason: 'gone' });

    const missed = await tenant.publish({ type: 'gone', data: 3 });
    await untilFannedOut(stage.database);
    expect(await failedChecks(missed.id, subscription.id)).toEqual(['disabled']);

    expect(await patch(tenant, subscription, { enabled: true })).toMatchObject({ enabled: true, active: true, suspendedReason: null });
    await tenant.resend(refused.id);
    await untilDelivery(tenant, first.id, { state: 'delivered', attemptCount: 2 });
    const later = await tenant.publish({ type: 'gone', data: 4 });
    await untilDelivery(tenant, later.id, { state: 'delivered' });
    expect(receiver.to('/gone').map(({ headers }) => headers['webhook-id'])).toEqual([first.id, first.id, later.id]);
    expect(await tenant.deliveriesOf(missed.id)).toEqual([]);
  });

  it('suspends its subscription if that says so: what waits is held, what comes is not delivered, and unsuspended it goes on', async () => {
    const { tenant, receiver } = stage;
    const answer = gate();
    receiver.on('/suspends', [{ kind: 'answer', status: 500, after: answer.opened }, { kind: 'answer' }]);
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/suspends`,
      eventTypes: ['suspends'],
      maxConcurrency: 1,
      failureHandling: { ...ONE_ATTEMPT, suspend: true },
    });
    const first = await tenant.publish({ type: 'suspends', data: 1 });
    await receiver.waitFor(({ path }) => path === '/suspends');
    const waiting = await tenant.publish({ type: 'suspends', data: 2 });
    await untilDelivery(tenant, waiting.id, { state: 'pending', held: true });
    answer.open();

    await untilDelivery(tenant, first.id, { state: 'failed', reason: 'attempts_exhausted' });
    expect(await readSubscription(tenant, subscription)).toMatchObject({
      enabled: true,
      suspended: true,
      suspendedReason: 'attempts_exhausted',
      active: false,
    });
    const missed = await tenant.publish({ type: 'suspends', data: 3 });
    await untilFannedOut(stage.database);
    expect(await failedChecks(missed.id, subscription.id)).toEqual(['suspended']);
    expect(await deliveryOf(tenant, waiting.id)).toMatchObject({ state: 'pending', held: true, attemptCount: 0 });

    const { status } = await tenant.send('POST', `/v1/subscriptions/${subscription.id}/unsuspend`);
    expect(status).toBe(200);
    await untilDelivery(tenant, waiting.id, { state: 'delivered' });
    const later = await tenant.publish({ type: 'suspends', data: 4 });
    await untilDelivery(tenant, later.id, { state: 'delivered' });
    expect(receiver.to('/suspends').map(({ headers }) => headers['webhook-id'])).toEqual([first.id, waiting.id, later.id]);
    expect(await tenant.deliveriesOf(missed.id)).toEqual([]);
  });

  it('is kept for an operator if its subscription diverts: it can be listed, read, resent or discarded', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/diverts', [{ kind: 'answer', status: 500 }, { kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/diverts`,
      eventTypes: ['diverts'],
      failureHandling: { ...ONE_ATTEMPT, divert: true },
    });
    const diverted: Delivery[] = [];
    for (const data of [1, 2]) {
      const { id } = await tenant.publish({ type: 'diverts', data });
      diverted.push(await untilDelivery(tenant, id, { state: 'diverted', reason: 'attempts_exhausted' }));
    }
    const [first, second] = diverted as [Delivery, Delivery];
    const list = async (): Promise<string[]> =>
      (await tenant.send<Page<Delivery>>('GET', `/v1/diverted?subscription=${subscription.id}`)).body.items.map(({ id }) => id);
    expect(await list()).toEqual([second.id, first.id]);
    expect((await tenant.send('GET', `/v1/diverted/${first.id}`)).body).toMatchObject({ id: first.id, state: 'diverted' });

    expect((await tenant.send('POST', `/v1/diverted/${first.id}/resend`)).status).toBe(202);
    await untilDelivery(tenant, first.eventId, { state: 'delivered', attemptCount: 2 });
    expect((await tenant.send('DELETE', `/v1/diverted/${second.id}`)).status).toBe(204);
    expect(await tenant.delivery(second.id)).toMatchObject({ state: 'cancelled', reason: 'discarded_by_operator' });

    expect(await list()).toEqual([]);
    for (const { id } of diverted) expect((await tenant.send('GET', `/v1/diverted/${id}`)).status).toBe(404);
    expect(receiver.to('/diverts').map(({ headers }) => headers['webhook-id'])).toEqual([first.eventId, second.eventId, first.eventId]);
  });

  it('is told of once at the alert endpoint, and an alert that fails is not alerted itself', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/alerts', { kind: 'answer', status: 500 });
    receiver.on('/broken', { kind: 'answer', status: 503, body: 'out of order' });
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/broken`,
      eventTypes: ['alerts'],
      failureHandling: { ...ONE_ATTEMPT, alertEndpoint: { url: `${receiver.url}/alerts` } },
    });
    const first = await tenant.publish({ type: 'alerts', data: 1 });
    const failed = await untilDelivery(tenant, first.id, { state: 'failed' });
    const alert = await receiver.waitFor(({ path }) => path === '/alerts');
    expect(alert).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(alert.body.toString())).toEqual({
      type: 'delivery.given_up',
      deliveryId: failed.id,
      subscriptionId: subscription.id,
      eventId: first.id,
      eventType: 'alerts',
      state: 'failed',
      reason: 'attempts_exhausted',
      attemptCount: 1,
      lastStatus: 503,
      lastError: null,
      endedAt: failed.endedAt,
    });

    // Two more go the whole way after the first alert was answered 500. Had that been alerted, or posted again at once, it would be here.
    const others: string[] = [];
    for (const data of [2, 3]) {
      const { id } = await tenant.publish({ type: 'alerts', data });
      await receiver.waitFor(({ path, body }) => path === '/alerts' && body.includes(id));
      others.push(id);
    }
    const told = receiver.to('/alerts').map(({ body }) => (JSON.parse(body.toString()) as { eventId: string }).eventId);
    expect(told).toEqual([first.id, ...others]);
    expect(await tenant.deliveries({ subscription: subscription.id })).toHaveLength(3);
    expect(await tenant.attempts(failed.id)).toHaveLength(1);
  });

  it('holds up no retry of another by an alert endpoint that never answers', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/mute', { kind: 'silence' });
    receiver.on('/moody', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    receiver.on('/dead', { kind: 'answer', status: 500 });
    const alertEndpoint = { url: `${receiver.url}/mute` };
    await tenant.subscribe({ url: `${receiver.url}/dead`, eventTypes: ['dead'], failureHandling: { ...ONE_ATTEMPT, alertEndpoint } });
    const retry = { kind: 'schedule' as const, delaysSeconds: [0, 1], jitter: 0, maxAttempts: 2 };
    await tenant.subscribe({ url: `${receiver.url}/moody`, eventTypes: ['moody'], failureHandling: { retry } });
    await tenant.publish({ type: 'dead', data: 1 });
    await receiver.waitFor(({ path }) => path === '/mute');
    const { id } = await tenant.publish({ type: 'moody', data: 1 });
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2 });
  });
});
