import { parseId } from '#domain/ids.js';
import type { RetryPolicy } from '../support/api-shapes.js';
import { operator, type TenantApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { startStage, type Stage } from './stage.js';

/** What nobody may delay another by. */
const PROMISED_MS = 2_000;
const TIMEOUT_MS = 2_000;

/** One dispatcher as it comes, with neighbours of every kind on it. */
describe('a healthy endpoint', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await startStage({ env: { SWEEP_INTERVAL_MS: '1000' } });
  });
  afterEach(async () => {
    await Promise.all([stage.gateway, ...stage.dispatchers].map((process) => process.kill()));
  });

  it('is reached as ever while a thousand deliveries wait for one that sleeps until the timeout', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/asleep', { kind: 'silence' });
    await tenant.subscribe({ url: `${receiver.url}/asleep`, eventTypes: ['asleep'], timeoutMs: TIMEOUT_MS });
    await tenant.subscribe({ url: `${receiver.url}/well`, eventTypes: ['well'] });
    await publishMany(tenant, 'asleep', 1_000);
    await receiver.waitFor(({ path }) => path === '/asleep');
    expect(percentile(await delaysOf(tenant, receiver, '/well', 'well', 100), 0.99)).toBeLessThan(PROMISED_MS);
  });

  it('is reached as ever while twenty others hang together, though nothing was known of any of them', async () => {
    const { tenant, receiver, database } = stage;
    // On a host of their own: connections to one host are bounded, whoever it serves.
    const hanging = await startReceiver();
    hanging.on('*', { kind: 'silence' });
    for (let n = 0; n < 20; n++) await tenant.subscribe({ url: `${hanging.url}/${n}`, eventTypes: ['hangs'] });
    await tenant.subscribe({ url: `${receiver.url}/well`, eventTypes: ['well'] });
    await publishMany(tenant, 'hangs', 50);
    await eventually(async () => {
      const sending = await database.query(`SELECT 1 FROM deliveries WHERE state = 'sending'`);
      expect(sending.length).toBeGreaterThan(100);
    });
    expect(percentile(await delaysOf(tenant, receiver, '/well', 'well', 100), 0.99)).toBeLessThan(PROMISED_MS);
  });

  it('is reached as ever while another tenant publishes a hundred times as much', async () => {
    const { tenant, receiver, gateway } = stage;
    const noisy = await operator(gateway.url).tenant('noisy');
    for (const name of ['noise-1', 'noise-2', 'noise-3']) {
      receiver.on(`/${name}`, { kind: 'answer', delayMs: 100 });
      await noisy.subscribe({ url: `${receiver.url}/${name}`, eventTypes: ['noise'] });
    }
    await tenant.subscribe({ url: `${receiver.url}/well`, eventTypes: ['well'] });
    await delaysOf(tenant, receiver, '/well', 'well', 1);
    const flood = publishMany(noisy, 'noise', 3_000);
    const delays = await delaysOf(tenant, receiver, '/well', 'well', 30);
    await flood;
    delays.push(...(await delaysOf(tenant, receiver, '/well', 'well', 30)));
    expect(percentile(delays, 0.95)).toBeLessThan(PROMISED_MS);
  });

  it('is reached when its retry is due, as ever, while five thousand retries of another tenant come due together', async () => {
    const { tenant, receiver, gateway, database } = stage;
    const noisy = await operator(gateway.url).tenant('noisy');
    receiver.on('/noise', { kind: 'answer', delayMs: 100 });
    const { uuid } = await noisy.subscribe({ url: `${receiver.url}/noise`, eventTypes: ['noise'] });
    const retry: RetryPolicy = { kind: 'schedule', delaysSeconds: [0.1], maxAttempts: 1, jitter: 0 };
    await tenant.subscribe({ url: `${receiver.url}/well`, eventTypes: ['well'], failureHandling: { retry } });
    const { id } = await noisy.publish({ type: 'noise', data: 1 });
    await receiver.waitFor(({ path }) => path === '/noise');
    await database.query(
      `INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, due_at)
       SELECT uuid_floor(now() + n * interval '1 ms'), e.tenant_id, e.id, $2, 'noise', 'pending', now() FROM events e, generate_series(1, 5000) n
       WHERE e.id = $1`,
      [parseId('evt', id), uuid],
    );
    const delays = await delaysOf(tenant, receiver, '/well', 'well', 20);
    expect(percentile(delays, 0.95)).toBeLessThan(PROMISED_MS);
  });
});

/** A hundred events a request, five requests at a time. */
async function publishMany(tenant: TenantApi, type: string, count: number): Promise<void> {
  let left = count;
  const publish = async (): Promise<void> => {
    while (left > 0) {
      const events = Array.from({ length: Math.min(100, left) }, (_, n) => ({ type, data: n }));
      left -= events.length;
      const { status, body } = await tenant.send('POST', '/v1/events/batch', { body: { events } });
      if (status !== 202 && status !== 200 && status !== 207) throw new Error(`The batch was answered ${status}: ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: 5 }, publish));
}

/** Publishes one event after another and resolves with how long each took from its acceptance to its arrival, in milliseconds. */
async function delaysOf(tenant: TenantApi, receiver: Receiver, path: string, type: string, count: number): Promise<number[]> {
  const accepted = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const { id, acceptedAt } = await tenant.publish({ type, data: n });
    accepted.set(id, Date.parse(acceptedAt));
  }
  const arrivals = await Promise.all(
    [...accepted.keys()].map((id) => receiver.waitFor((request) => request.path === path && request.headers['webhook-id'] === id, 30_000)),
  );
  return arrivals.map(({ receivedAt, headers }) => receivedAt - accepted.get(String(headers['webhook-id']))!);
}

const percentile = (values: number[], share: number): number => values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;
