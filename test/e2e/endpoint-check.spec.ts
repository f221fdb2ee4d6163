import type { Subscription } from '../support/api-shapes.js';
import { operator } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import type { Script } from '../support/receiver.js';
import { deliveryOf, patch, readSubscription, startStage, untilDelivery, untilFannedOut, type Stage } from './stage.js';

interface Check {
  state: string;
  url: string;
  tries: number;
  lastError: string | null;
}

describe('an endpoint that has to show that it expects deliveries', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });

  const echoing =
    (shape: (challenge: string) => string): Script =>
    ({ body }) => ({ kind: 'answer', body: shape((JSON.parse(body.toString()) as { challenge: string }).challenge) });
  const checkOf = async ({ id }: { id: string }): Promise<Check> =>
    (await stage.tenant.send<Check>('GET', `/v1/subscriptions/${id}/endpoint-check`)).body;
  const askAgain = ({ id }: { id: string }) => stage.tenant.send<Check>('POST', `/v1/subscriptions/${id}/endpoint-check`);
  const untilState = (subscription: Subscription, expected: Partial<Check>): Promise<void> =>
    eventually(async () => expect(await checkOf(subscription)).toMatchObject(expected));
  const subscribe = (name: string): Promise<Subscription> =>
    stage.tenant.subscribe({
      url: `${stage.receiver.url}/${name}`,
      eventTypes: [name],
      endpointCheck: true,
      headers: { 'x-secret': { value: 'for-deliveries-only', secret: true } },
    });

  it('gets nothing but the challenge until it gives that back, and then gets its events', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/slow-learner', { kind: 'answer', body: 'hello' });
    const subscription = await subscribe('slow-learner');
    expect(subscription).toMatchObject({ active: false, suspended: true, suspendedReason: 'endpoint_unverified', endpointCheck: true });
    await untilState(subscription, { state: 'pending', lastError: 'wrong_answer', tries: 1 });
    const { id: early } = await tenant.publish({ type: 'slow-learner', data: {} });
    const { status, body } = await tenant.send<{ code: string }>('POST', `/v1/subscriptions/${subscription.id}/unsuspend`);
    expect([status, body.code]).toEqual([409, 'endpoint_unverified']);
    await untilFannedOut(database);
    expect(await deliveryOf(tenant, early)).toBeUndefined();
    for (const { headers, body: asked } of receiver.to('/slow-learner')) {
      expect(headers).not.toHaveProperty('x-secret');
      expect(JSON.parse(asked.toString())).toMatchObject({ type: 'endpoint.check', subscriptionId: subscription.id });
    }

    receiver.on('/slow-learner', (request, before) =>
      request.headers['webhook-id'] ? { kind: 'answer' } : echoing((challenge) => JSON.stringify({ challenge }))(request, before),
    );
    expect(await askAgain(subscription)).toMatchObject({ status: 202, body: { state: 'pending' } });
    await untilState(subscription, { state: 'verified', lastError: null });
    expect(await readSubscription(tenant, subscription)).toMatchObject({ active: true, suspended: false });
    const { id } = await tenant.publish({ type: 'slow-learner', data: {} });
    await untilDelivery(tenant, id, { state: 'delivered' });
    // Asking once more changes nothing.
    expect(await askAgain(subscription)).toMatchObject({ body: { state: 'verified' } });
  });

  it('is asked anew when it moves, and let go when nothing is asked any more', async () => {
    const { tenant, receiver } = stage;
    receiver.on(
      '/mover',
      echoing((challenge) => `${challenge}\n`),
    );
    const subscription = await subscribe('mover');
    await untilState(subscription, { state: 'verified' });
    receiver.on('/moved', { kind: 'answer', status: 500 });
    const moved = await patch(tenant, subscription, { url: `${receiver.url}/moved` });
    expect(moved).toMatchObject({ active: false, suspendedReason: 'endpoint_unverified' });
    await untilState(subscription, { state: 'pending', lastError: 'status_500', url: `${receiver.url}/moved` });
    expect(await patch(tenant, subscription, { endpointCheck: false })).toMatchObject({ active: true });
    expect(await checkOf(subscription)).toMatchObject({ state: 'off', url: moved.url });
  });

  it('that answers while its subscription was suspended by hand leaves it so', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/stopped', { kind: 'answer' });
    const subscription = await subscribe('stopped');
    await tenant.send('POST', `/v1/subscriptions/${subscription.id}/suspend`, { body: { reason: 'by hand' } });
    receiver.on(
      '/stopped',
      echoing((challenge) => challenge),
    );
    await askAgain(subscription);
    await untilState(subscription, { state: 'verified' });
    expect(await readSubscription(tenant, subscription)).toMatchObject({ suspended: true, suspendedReason: 'by hand' });
    const { status } = await tenant.send('POST', `/v1/subscriptions/${subscription.id}/unsuspend`);
    expect(status).toBe(200);
  });

  it('is literal, and nobody else’s to see or to ask', async () => {
    const { tenant, gateway } = stage;
    const { status, body } = await tenant.send<{ errors: { path: string; code: string }[] }>('POST', '/v1/subscriptions', {
      body: { name: 'n', url: 'https://e.example.com/{/data/id}', endpointCheck: true },
    });
    expect([status, body.errors[0]]).toMatchObject([422, { path: '/url', code: 'template_not_allowed' }]);
    const subscription = await subscribe('mine');
    const stranger = await operator(gateway.url).tenant('stranger');
    for (const method of ['GET', 'POST'])
      expect((await stranger.send(method, `/v1/subscriptions/${subscription.id}/endpoint-check`)).status).toBe(404);
  });
});
