import { isSignedWith, startStage, untilDelivery, type Stage } from './stage.js';

/** Gateway and dispatcher as separate processes, the queue in Postgres, a real receiver: what a subscriber asks for is what arrives. */
describe('an event on its walk', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  it('arrives with the publisher’s bytes, a verifiable signature and its id', async () => {
    const { tenant, receiver } = stage;
    const subscription = await tenant.subscribe({ url: `${receiver.url}/plain`, eventTypes: ['plain.*'] });
    const body = '{"type":"plain.one","data":{"b":1.0,"a":12345678901234567890, "a":"é\\u0000"}}';
    const { status, body: answer } = await tenant.send<{ id: string }>('POST', '/v1/events', { body });
    expect(status).toBe(202);
    const request = await receiver.waitFor(({ path }) => path === '/plain');
    expect(request.headers['webhook-id']).toBe(answer.id);
    expect(request.headers['content-type']).toBe('application/json');
    expect(request.body.toString()).toMatch(
      /^\{"id":"evt_[0-9A-Z]{26}","type":"plain\.one","timestamp":"[^"]+","data":\{"b":1\.0,"a":12345678901234567890, "a":"é\\u0000"\}\}$/,
    );
    expect(isSignedWith(subscription.secret, request)).toBe(true);
    await untilDelivery(tenant, answer.id, { state: 'delivered', reason: 'acknowledged', attemptCount: 1 });
  });

  it('is retried by the subscription’s policy under one id, and every attempt is written down', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/flaky', [{ kind: 'answer', status: 500, body: 'oops' }, { kind: 'answer', status: 503 }, { kind: 'answer' }]);
    await tenant.subscribe({
      url: `${receiver.url}/flaky`,
      eventTypes: ['flaky'],
      failureHandling: { retry: { kind: 'schedule', delaysSeconds: [0, 0.2, 0.4], maxAttempts: 3 } },
    });
    const { id } = await tenant.publish({ type: 'flaky', data: {} });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 3, lastStatus: 200 });
    const attempts = await tenant.attempts(delivery.id);
    expect(attempts.map(({ number, outcome, response }) => [number, outcome, response?.status, response?.body])).toEqual([
      [3, 'delivered', 200, ''],
      [2, 'retry', 503, ''],
      [1, 'retry', 500, 'oops'],
    ]);
    const requests = receiver.to('/flaky');
    expect(requests.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    expect(new Set(requests.map(({ body }) => body.toString())).size).toBe(1);
    expect(attempts.every(({ timings }) => timings.totalMs !== null && timings.firstByteMs !== null)).toBe(true);
  });

  it('is delivered by any 2xx, an empty 204 too', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/no-content', { kind: 'answer', status: 204 });
    await tenant.subscribe({ url: `${receiver.url}/no-content`, eventTypes: ['no-content'] });
    const { id } = await tenant.publish({ type: 'no-content', data: null });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered', lastStatus: 204, attemptCount: 1 });
    expect(await tenant.attempts(delivery.id)).toMatchObject([
      { outcome: 'delivered', response: { status: 204, body: '', truncated: false } },
    ]);
  });

  it('that does not fit a template is a recorded failed attempt without a request, and its neighbours go on', async () => {
    const { tenant, receiver } = stage;
    await tenant.subscribe({
      url: `${receiver.url}/orders/{/data/number}/x`,
      eventTypes: ['templated'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 0.1, maxAttempts: 2 } },
    });
    const unfit = await tenant.publish({ type: 'templated', data: { number: null } });
    const fit = await tenant.publish({ type: 'templated', data: { number: 7 } });
    const failed = await untilDelivery(tenant, unfit.id, { state: 'failed', reason: 'attempts_exhausted', lastError: 'template_error' });
    await untilDelivery(tenant, fit.id, { state: 'delivered' });
    expect(await tenant.attempts(failed.id)).toMatchObject([
      { number: 2, outcome: 'failed', request: null, response: null, error: { code: 'template_error' } },
      { number: 1, outcome: 'retry', request: null, response: null, error: { code: 'template_error' } },
    ]);
    const paths = receiver.requests.map(({ path }) => path).filter((path) => path.startsWith('/orders'));
    expect(paths).toEqual(['/orders/7/x']);
  });
});
