import { randomUUID } from 'node:crypto';
import { parseId } from '#domain/ids.js';
import { readSettings } from '#config/settings.js';
import { DELIVER_QUEUE, FANOUT_QUEUE, type QueueName } from '#queue/queues.js';
import { WakeProducer } from '#queue/wake-producer.js';
import { operator, type TenantApi } from '../support/api.js';
import { atEnd } from '../support/cleanup.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Ledger } from '../support/ledger.js';
import { startDispatcher, startGateway } from '../support/processes.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { claimRedisDatabase } from '../support/redis.js';
import { TEST_SETTINGS } from '../support/test-settings.js';

/** No sweep helps within a test: what arrives was woken. */
const NO_SWEEP = { SWEEP_INTERVAL_MS: '60000', OUTBOX_GRACE_MS: '60000' };

// In this order: once a process has opened a queue in Postgres, the queue library opens all of its queues there.
describe.each(['Redis', 'Postgres'])('two dispatchers with their queue in %s', (name) => {
  let env: Record<string, string>;
  let tenant: TenantApi;
  let receiver: Receiver;
  let ledger: Ledger;

  beforeAll(async () => {
    const database = await createTestDatabase();
    env = { DATABASE_URL: database.url, ...NO_SWEEP, ...(name === 'Redis' ? { REDIS_URL: await claimRedisDatabase() } : {}) };
    receiver = await startReceiver();
    const [gateway] = await Promise.all([startGateway(env), startDispatcher(env), startDispatcher(env)]);
    tenant = await operator(gateway.url).tenant('queue');
    ledger = new Ledger(database, receiver);
  });

  it('deliver what is published, and resend what is asked for, by wake-ups alone', async () => {
    const subscription = await tenant.subscribe({ url: `${receiver.url}/woken`, eventTypes: ['woken'] });
    const events = await Promise.all(Array.from({ length: 20 }, () => tenant.publish({ type: 'woken', data: {} })));
    for (const { id } of events) ledger.expect(id, [subscription]);
    await ledger.check({ duplicates: 0 });

    const [delivery] = await tenant.deliveriesOf(events[0]!.id);
    await tenant.resend(delivery!.id);
    await receiver.waitFor(events.length + 1);
    await eventually(async () => expect(await tenant.delivery(delivery!.id)).toMatchObject({ state: 'delivered', attemptCount: 2 }));
  });

  it('send nothing twice for jobs that come twice, come late or name what nobody knows', async () => {
    const subscription = await tenant.subscribe({ url: `${receiver.url}/again`, eventTypes: ['again'] });
    const wakeAgain = (queue: QueueName, ids: string[]): void => {
      for (let times = 0; times < 5; times++) producerOf(queue).wake(ids);
    };
    const { id } = await tenant.publish({ type: 'again', data: {} });
    wakeAgain(FANOUT_QUEUE, [parseId('evt', id)!, randomUUID()]);
    await receiver.waitFor(({ path }) => path === '/again');
    const delivery = await eventually(async () => {
      const [row] = await tenant.deliveriesOf(id);
      expect(row).toMatchObject({ state: 'delivered' });
      return row!;
    });
    wakeAgain(FANOUT_QUEUE, [parseId('evt', id)!]);
    wakeAgain(DELIVER_QUEUE, [parseId('dlv', delivery.id)!, randomUUID()]);

    // Published after those jobs and taken after them.
    const later = await Promise.all(Array.from({ length: 10 }, () => tenant.publish({ type: 'again', data: {} })));
    for (const one of [{ id }, ...later]) ledger.expect(one.id, [subscription]);
    await ledger.check({ duplicates: 0 });
    expect(receiver.to('/again')).toHaveLength(1 + later.length);
  });

  const producers = new Map<QueueName, WakeProducer>();

  function producerOf(queue: QueueName): WakeProducer {
    const producer = producers.get(queue) ?? new WakeProducer(queue, readSettings({ ...TEST_SETTINGS, ...env }));
    if (!producers.has(queue)) atEnd('producer', () => producer.close());
    producers.set(queue, producer);
    return producer;
  }
});
