import type { Subscription } from '../support/api-shapes.js';
import type { Answer } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import {
  deliveryOf,
  isSignedWith,
  patch,
  readSubscription,
  startStage,
  untilAllEnded,
  untilDelivery,
  untilFannedOut,
  type Stage,
} from './stage.js';

/** What one action or another answers with. */
interface Acted extends Subscription {
  secret: string;
  eventId: string;
  deliveryId: string;
}

/** What can be asked of a subscription beside its fields, seen from both of its ends. */
describe('a subscription', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  const act = ({ id }: { id: string }, action: string, body?: unknown): Promise<Answer<Acted>> =>
    stage.tenant.send('POST', `/v1/subscriptions/${id}/${action}`, body === undefined ? {} : { body });

  it('can be duplicated: the copy is off, has a name and a secret of its own and no secret headers, and works once enabled', async () => {
    const { tenant, receiver } = stage;
    const original = await tenant.subscribe({
      name: { 'en-GB': 'Orders' },
      url: `${receiver.url}/copied`,
      eventTypes: ['copied'],
      headers: { 'X-Env': 'test', Authorization: { value: 'Bearer of-the-original', secret: true } },
      templates: { '*': { z: '{/data}', a: 1 } },
      maxConcurrency: 3,
    });
    const { status, body: copy } = await act(original, 'duplicate');
    expect(status).toBe(201);
    const { url, eventTypes, templates, maxConcurrency, failureHandling } = original;
    expect(copy).toMatchObject({ url, eventTypes, templates, maxConcurrency, failureHandling });
    expect(copy).toMatchObject({ name: { 'en-GB': 'Orders - Copy' }, enabled: false, headers: { 'X-Env': 'test' } });
    expect(Object.keys(copy.headers)).toEqual(['X-Env']);
    expect([copy.id, copy.secret]).not.toContain(original.id);
    expect(copy.secret).not.toBe(original.secret);

    const before = await tenant.publish({ type: 'copied', data: 1 });
    await untilDelivery(tenant, before.id, { state: 'delivered' });
    await patch(tenant, copy, { enabled: true });
    const after = await tenant.publish({ type: 'copied', data: 2 });
    await untilDelivery(tenant, after.id, { state: 'delivered' }, original.id);
    await untilDelivery(tenant, after.id, { state: 'delivered' }, copy.id);
    expect(await tenant.deliveriesOf(before.id)).toHaveLength(1);
    const requests = receiver.to('/copied').filter(({ headers }) => headers['webhook-id'] === after.id);
    expect(requests.filter((request) => isSignedWith(copy.secret, request)).map(({ headers }) => headers.authorization)).toEqual([
      undefined,
    ]);
    expect(requests.filter((request) => isSignedWith(original.secret, request)).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer of-the-original',
    ]);
    expect(requests.map(({ body }) => body.toString())).toEqual(['{"z":2,"a":1}', '{"z":2,"a":1}']);
  });

  it('suspended by an operator keeps its first reason, holds what waits and misses what comes, until it is unsuspended', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/suspended', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/suspended`,
      eventTypes: ['suspended'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 1, maxAttempts: 3 } },
    });
    const waiting = await tenant.publish({ type: 'suspended', data: 1 });
    await untilDelivery(tenant, waiting.id, { state: 'pending', attemptCount: 1 });
    await act(subscription, 'suspend', { reason: 'receiver is being moved' });
    const { body: again } = await act(subscription, 'suspend', { reason: 'another' });
    expect(again).toMatchObject({ suspended: true, suspendedReason: 'receiver is being moved', active: false, enabled: true });
    expect(again.suspendedAt).toEqual(expect.any(String));
    await untilDelivery(tenant, waiting.id, { state: 'pending', held: true, attemptCount: 1 });
    const missed = await tenant.publish({ type: 'suspended', data: 2 });
    await untilFannedOut(database);
    expect((await act(subscription, 'unsuspend')).body).toMatchObject({ suspended: false, suspendedAt: null, active: true });
    await untilDelivery(tenant, waiting.id, { state: 'delivered', attemptCount: 2 });
    await untilAllEnded(database);
    expect(receiver.to('/suspended').map(({ headers }) => headers['webhook-id'])).toEqual([waiting.id, waiting.id]);
    expect(await deliveryOf(tenant, missed.id)).toBeUndefined();
  });

  it('signs with both secrets while a rotated one lasts, and only with the new one when it is given no grace', async () => {
    const { tenant, receiver } = stage;
    const subscription = await tenant.subscribe({ url: `${receiver.url}/rotated`, eventTypes: ['rotated'] });
    const rotate = async (graceSeconds: number): Promise<string> =>
      (await act(subscription, 'secrets/rotate', { graceSeconds })).body.secret;
    const secrets = [subscription.secret];
    const signers: boolean[][] = [];
    for (const graceSeconds of [null, 600, 0]) {
      if (graceSeconds !== null) secrets.push(await rotate(graceSeconds));
      const { id } = await tenant.publish({ type: 'rotated', data: graceSeconds });
      const request = await receiver.waitFor(({ headers }) => headers['webhook-id'] === id);
      signers.push(secrets.map((secret) => isSignedWith(secret, request)));
    }
    expect(signers).toEqual([[true], [true, true], [false, false, true]]);
    const counts = receiver.to('/rotated').map(({ headers }) => String(headers['webhook-signature']).split(' ').length);
    expect(counts).toEqual([1, 2, 1]);
  });

  it('gets a test that passes its filters by and reaches nobody else; one that is off or suspended is refused it', async () => {
    const { tenant, receiver, database } = stage;
    const subscription = await tenant.subscribe({ url: `${receiver.url}/tested`, eventTypes: ['never'], filter: { '===': [1, 2] } });
    const other = await tenant.subscribe({ url: `${receiver.url}/untested`, eventTypes: ['tidings.*', 'own.*'] });
    const sample = await act(subscription, 'test');
    const own = await act(subscription, 'test', { event: { type: 'own.test', data: { n: 1 } } });
    expect([sample.status, own.status]).toEqual([202, 202]);
    for (const { body } of [sample, own]) {
      await untilDelivery(tenant, body.eventId, { id: body.deliveryId, state: 'delivered', subscriptionId: subscription.id });
      expect(await tenant.attempts(body.deliveryId)).toMatchObject([{ trigger: 'manual', outcome: 'delivered' }]);
    }
    const requests = receiver.to('/tested');
    expect(new Set(requests.map(({ body }) => (JSON.parse(body.toString()) as { type: string }).type))).toEqual(
      new Set(['tidings.test', 'own.test']),
    );
    expect(requests.every((request) => isSignedWith(subscription.secret, request))).toBe(true);

    const refused = { status: 409, body: { code: 'subscription_inactive' } };
    await act(subscription, 'suspend');
    expect(await act(subscription, 'test')).toMatchObject(refused);
    await act(subscription, 'unsuspend');
    await patch(tenant, subscription, { enabled: false });
    expect(await act(subscription, 'test')).toMatchObject(refused);
    await untilAllEnded(database);
    expect(receiver.to('/untested')).toEqual([]);
    expect(await tenant.deliveries({ subscription: other.id })).toEqual([]);
    expect(await tenant.deliveries({ subscription: subscription.id })).toHaveLength(2);
  });

  it('counts how its deliveries fare', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/counted', [
      { kind: 'answer' },
      { kind: 'answer', status: 500, delayMs: 100 },
      { kind: 'answer', status: 500 },
      { kind: 'answer' },
    ]);
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/counted`,
      eventTypes: ['counted'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 0.1, maxAttempts: 2 } },
    });
    const stats = async (): Promise<unknown> => (await tenant.send('GET', `/v1/subscriptions/${subscription.id}/stats?hours=1`)).body;
    const none = { pending: 0, sending: 0, delivered: 0, failed: 0, diverted: 0, refused: 0, cancelled: 0 };
    const breaker = { state: 'closed', since: null, nextProbeAt: null, trips: 0 };
    expect(await stats()).toEqual({
      hours: 1,
      deliveries: none,
      successRate: null,
      attempts: 0,
      latencyMs: { p50: null, p95: null, p99: null },
      breaker,
    });
    for (const state of ['delivered', 'failed', 'delivered'] as const) {
      const { id } = await tenant.publish({ type: 'counted', data: state });
      await untilDelivery(tenant, id, { state });
    }
    expect(await stats()).toMatchObject({ deliveries: { ...none, delivered: 2, failed: 1 }, attempts: 4, successRate: 2 / 3 });
    await eventually(async () => {
      const { latencyMs } = (await stats()) as { latencyMs: { p50: number; p95: number } };
      expect(latencyMs.p95).toBeGreaterThan(80);
      expect(latencyMs.p50).toBeLessThanOrEqual(latencyMs.p95);
    });
  });

  it('created after an event does not get it, even when that is fanned out later; it gets the next', async () => {
    const { tenant, receiver, dispatchers, database } = stage;
    dispatchers[0]!.pause();
    const early = await tenant.publish({ type: 'later', data: 1 });
    const subscription = await tenant.subscribe({ url: `${receiver.url}/later`, eventTypes: ['later'] });
    dispatchers[0]!.resume();
    const next = await tenant.publish({ type: 'later', data: 2 });
    await untilDelivery(tenant, next.id, { state: 'delivered' });
    await untilAllEnded(database);
    expect(receiver.to('/later').map(({ headers }) => headers['webhook-id'])).toEqual([next.id]);
    expect(await tenant.deliveriesOf(early.id)).toEqual([]);
    expect((await readSubscription(tenant, subscription)).active).toBe(true);
  });
});
