import type { Callback } from '../../libs/domain/src/callback.js';
import { eventually } from '../support/eventually.js';
import { operator } from '../support/api.js';
import { startDispatcher } from '../support/processes.js';
import { isSignedWith, patch, startStage, untilDelivery, type Stage } from './stage.js';

interface OutboundRequest {
  id: string;
  kind: string;
  state: string;
  deliveryId: string | null;
  attemptNumber: number | null;
  attempts: number;
  lastError: string | null;
}

describe('a subscription’s callback', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });

  const subscribe = (name: string, callback: Callback = { url: `${stage.receiver.url}/${name}-told` }, more: object = {}) =>
    stage.tenant.subscribe({
      ...{ url: `${stage.receiver.url}/${name}`, eventTypes: [name], callback },
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 0, maxAttempts: 2 } },
      ...more,
    });
  const requests = async (query: string): Promise<OutboundRequest[]> =>
    (await stage.tenant.send<{ items: OutboundRequest[] }>('GET', `/v1/outbound-requests?${query}`)).body.items;
  const bringForward = () => stage.database.query('UPDATE outbound_requests SET due_at = now() WHERE due_at IS NOT NULL');

  it('is told of each attempt, signed as the subscription signs, and leaves nothing behind', async () => {
    const { receiver, tenant } = stage;
    receiver.on('/told', [
      { kind: 'answer', status: 500, body: 'no' },
      { kind: 'answer', body: 'yes' },
    ]);
    const subscription = await subscribe('told');
    const { id } = await tenant.publish({ type: 'told', data: 1, resource: { type: 'order', id: '42' } });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2 });
    const calls = await receiver.waitFor(() => receiver.to('/told-told').length === 2).then(() => receiver.to('/told-told'));
    const told = calls.map(({ body }) => JSON.parse(body.toString()) as { attempt: { number: number } });
    const [second, first] = await tenant.attempts(delivery.id);
    const common = { type: 'delivery.attempted', deliveryId: delivery.id, subscriptionId: subscription.id, eventId: id, eventType: 'told' };
    const of = (attempt: typeof first, status: number, responseBody: string) => ({
      ...{ ...common, resource: { type: 'order', id: '42' } },
      attempt: {
        ...{ number: attempt!.number, trigger: 'schedule', outcome: attempt!.outcome, startedAt: attempt!.startedAt },
        ...{ durationMs: attempt!.durationMs, status, responseBody, error: null },
      },
    });
    expect(told.sort((a, b) => a.attempt.number - b.attempt.number)).toEqual([of(first, 500, 'no'), of(second, 200, 'yes')]);
    for (const call of calls) expect(isSignedWith(subscription.secret, call)).toBe(true);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    await eventually(async () => expect(await requests(`subscription=${subscription.id}`)).toEqual([]));
  });

  it('gets no credentials of the endpoint’s, and an unsigned one gets no signature', async () => {
    await subscribe('bare', undefined, { auth: { kind: 'bearer', token: 't' }, signature: { style: 'none', algorithm: 'hmac-sha256' } });
    await stage.tenant.publish({ type: 'bare', data: 1 });
    const { headers } = await stage.receiver.waitFor(({ path }) => path === '/bare-told');
    expect([headers.authorization, headers['webhook-signature']]).toEqual([undefined, undefined]);
  });

  it('is told although the process that was telling it was killed', async () => {
    const { receiver, tenant, dispatchers, database } = stage;
    receiver.on('/killed-told', [{ kind: 'silence' }, { kind: 'answer' }]);
    const subscription = await subscribe('killed');
    const { id } = await tenant.publish({ type: 'killed', data: 1 });
    await receiver.waitFor(({ path }) => path === '/killed-told');
    await untilDelivery(tenant, id, { state: 'delivered' });
    await dispatchers[0]!.kill();
    expect(await requests(`subscription=${subscription.id}&state=waiting`)).toMatchObject([
      { kind: 'callback', attempts: 1, attemptNumber: 1 },
    ]);
    await bringForward();
    dispatchers[0] = await startDispatcher({ DATABASE_URL: database.url, SWEEP_INTERVAL_MS: '100', OUTBOX_GRACE_MS: '200' });
    await receiver.waitFor(() => receiver.to('/killed-told').length === 2);
    const [lost, again] = receiver.to('/killed-told');
    expect(again!.body.equals(lost!.body)).toBe(true);
    expect(again!.headers['webhook-id']).toBe(lost!.headers['webhook-id']);
    await eventually(async () => expect(await requests(`subscription=${subscription.id}`)).toEqual([]));
  });

  it('that fails five times is given up, and stays listed with its reason; its delivery is none the worse', async () => {
    const { receiver, tenant } = stage;
    receiver.on('/failing-told', { kind: 'answer', status: 503 });
    const subscription = await subscribe('failing');
    const { id } = await tenant.publish({ type: 'failing', data: 1 });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 1 });
    for (const attempts of [1, 2, 3, 4]) {
      await eventually(async () =>
        expect(await requests(`subscription=${subscription.id}`)).toMatchObject([
          { state: 'waiting', attempts, lastError: expect.any(String) as string },
        ]),
      );
      await bringForward();
    }
    await eventually(async () =>
      expect(await requests(`subscription=${subscription.id}&state=given_up`)).toMatchObject([
        { kind: 'callback', deliveryId: delivery.id, attemptNumber: 1, attempts: 5, lastError: 'The callback answered 503.' },
      ]),
    );
    expect(receiver.to('/failing-told')).toHaveLength(5);
  });

  it('that does not answer keeps neither deliveries nor the callbacks of others waiting', async () => {
    const { receiver, tenant } = stage;
    receiver.on('/hanging-told', { kind: 'silence' });
    await subscribe('hanging');
    await subscribe('brisk');
    for (let i = 0; i < 40; i++) await tenant.publish({ type: 'hanging', data: i });
    await receiver.waitFor(({ path }) => path === '/hanging-told');
    const { id } = await tenant.publish({ type: 'brisk', data: 1 });
    await untilDelivery(tenant, id, { state: 'delivered' });
    await receiver.waitFor(({ path }) => path === '/brisk-told');
    expect(receiver.mostAtOnce('/hanging-told')).toBeLessThanOrEqual(8);
  });

  it('is told no more once it is taken away', async () => {
    const { receiver, tenant, database } = stage;
    receiver.on('/cleared-told', { kind: 'answer', status: 500 });
    const subscription = await subscribe('cleared');
    await tenant.publish({ type: 'cleared', data: 1 });
    await eventually(async () =>
      expect(await requests(`subscription=${subscription.id}`)).toMatchObject([{ attempts: 1, lastError: expect.any(String) as string }]),
    );
    expect(await patch(tenant, subscription, { callback: null })).toMatchObject({ callback: null });
    await database.query('UPDATE outbound_requests SET due_at = now() WHERE subscription_id = $1', [subscription.uuid]);
    await eventually(async () => expect(await requests(`subscription=${subscription.id}`)).toEqual([]));
    expect(receiver.to('/cleared-told')).toHaveLength(1);
  });

  it.each([
    [{ url: 'http://10.0.0.1/' }, '/callback/url url_blocked_address'],
    [{ url: 'https://erp.example.com/{/event/id}' }, '/callback/url template_not_allowed'],
    [{}, '/callback invalid_value'],
    [{ url: 'https://erp.example.com/', name: 'a' }, '/callback invalid_value'],
    [{ url: 7 }, '/callback/url invalid_value'],
    [{ name: 'os.system("x")' }, '/callback/name invalid_value'],
    [{ name: 'unheard.of' }, '/callback/name unknown_callback'],
    [{ uri: 'https://erp.example.com/' }, '/callback/uri unknown_field'],
    ['https://erp.example.com/', '/callback invalid_type'],
  ])('is refused as %j, and nothing is stored', async (callback, fault) => {
    const { status, body } = await stage.tenant.send<{ errors: { path: string; code: string }[] }>('POST', '/v1/subscriptions', {
      body: { name: 'refused', url: 'https://erp.example.com/hooks', callback },
    });
    expect([status, ...body.errors.map(({ path, code }) => `${path} ${code}`)]).toEqual([422, fault]);
    expect(await stage.database.query(`SELECT FROM subscriptions WHERE spec->>'name' = 'refused'`)).toEqual([]);
  });

  it.each([
    [{ 'a b': 'https://erp.example.com/' }, 'invalid_key'],
    [{ a: 'https://10.0.0.1/' }, 'url_blocked_address'],
    [{ a: 'https://erp.example.com/{/x}' }, 'template_not_allowed'],
    [{ a: 7 }, 'invalid_type'],
    [[], undefined],
  ])('is not registered as %j', async (callbacks, code) => {
    const { status, body } = await operator(stage.gateway.url).send<{ code: string }>('PATCH', `/v1/tenants/${stage.tenant.id}`, {
      body: { settings: { callbacks } },
    });
    expect([status, body.code]).toEqual([422, code ?? 'invalid_type']);
  });
});
