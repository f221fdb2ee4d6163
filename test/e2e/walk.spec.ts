import { Webhook } from 'standardwebhooks';
import { operator, type TenantApi } from '../support/api.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startDispatcher, startGateway } from '../support/processes.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

/**
 * Gateway and dispatcher as separate processes, the queue in Postgres, a real receiver: what a subscriber asks for is what arrives.
 */
describe('an event on its walk', () => {
  let tenant: TenantApi;
  let receiver: Receiver;

  beforeAll(async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url };
    const [gateway] = await Promise.all([startGateway(env), startDispatcher(env)]);
    receiver = await startReceiver();
    tenant = await operator(gateway.url).tenant('walk');
  });

  const stateOf = async (eventId: string) => {
    const [delivery] = await tenant.deliveriesOf(eventId);
    return delivery!;
  };

  it('arrives with the publisher’s bytes, a verifiable signature and its id', async () => {
    const subscription = await tenant.subscribe({ url: `${receiver.url}/plain`, eventTypes: ['plain.*'] });
    const body = '{"type":"plain.one","data":{"b":1.0,"a":12345678901234567890, "a":"é\\u0000"}}';
    const { status, body: answer } = await tenant.send<{ id: string }>('POST', '/v1/events', { body });
    expect(status).toBe(202);
    const request = await receiver.waitFor(({ path }) => path === '/plain');
    expect(request.headers['webhook-id']).toBe(answer.id);
    expect(request.headers['content-type']).toBe('application/json');
    expect(request.body.toString()).toMatch(/^\{"id":"evt_[0-9A-Z]{26}","type":"plain\.one","timestamp":"[^"]+","data":\{"b":1\.0,"a":12345678901234567890, "a":"é\\u0000"\}\}$/);
    expect(() => new Webhook(subscription.secret).verify(request.body.toString(), request.headers as Record<string, string>)).not.toThrow();
    await eventually(async () => expect(await stateOf(answer.id)).toMatchObject({ state: 'delivered', reason: 'acknowledged', attemptCount: 1 }));
  });

  it('is retried by the subscription’s policy and every attempt is written down', async () => {
    receiver.on('/flaky', [{ status: 500 }, { status: 503 }, { status: 200 }]);
    await tenant.subscribe({
      url: `${receiver.url}/flaky`,
      eventTypes: ['flaky'],
      failureHandling: { retry: { kind: 'schedule', delaysSeconds: [0, 0.2, 0.4], maxAttempts: 3 } },
    });
    const { id } = await tenant.publish({ type: 'flaky', data: {} });
    await eventually(async () => expect(await stateOf(id)).toMatchObject({ state: 'delivered', attemptCount: 3 }));
    const attempts = await tenant.attempts((await stateOf(id)).id);
    expect(attempts.map(({ number, outcome, response }) => [number, outcome, response?.status])).toEqual([
      [3, 'delivered', 200],
      [2, 'retry', 503],
      [1, 'retry', 500],
    ]);
    expect(new Set(receiver.to('/flaky').map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]));
    expect(attempts.every(({ timings }) => timings.totalMs !== null && timings.firstByteMs !== null)).toBe(true);
  });
});
