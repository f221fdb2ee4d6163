import { randomUUID } from 'node:crypto';
import { type Job, Queue, Worker } from 'bullmq';
import { readSettings, type Settings } from '#config/settings.js';
import { connectQueue } from '#queue/connection.js';
import { FanoutWake } from '#queue/fanout-wake.js';
import { FANOUT_QUEUE, FLOOD_QUEUE, idsOf, MAX_IDS_PER_JOB, type QueueName } from '#queue/queues.js';
import { WakeMetrics } from '#queue/wake-metrics.js';
import { WakeProducer, type WakeResult } from '#queue/wake-producer.js';
import { Metrics } from '#observability/metrics.js';
import { atEnd } from '../support/cleanup.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { claimRedisDatabase } from '../support/redis.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { TEST_SETTINGS } from '../support/test-settings.js';

interface Backend {
  settings: Settings;
  /** The same queue behind a proxy. */
  proxied: Settings;
  proxy: TcpProxy;
}

async function openBackend(name: string): Promise<Backend> {
  const DATABASE_URL = (await createTestDatabase()).url;
  const REDIS_URL = name === 'Redis' ? await claimRedisDatabase() : undefined;
  const proxy = await startTcpProxy(Number(new URL(REDIS_URL ?? DATABASE_URL).port));
  const environment = { ...TEST_SETTINGS, DATABASE_URL, REDIS_URL };
  const behind = REDIS_URL ? { REDIS_URL: proxy.through(REDIS_URL) } : { DATABASE_URL: proxy.through(DATABASE_URL) };
  return { settings: readSettings(environment), proxied: readSettings({ ...environment, ...behind }), proxy };
}

interface Taken {
  worker: string;
  data: unknown;
}

// In this order: once a process has opened a queue in Postgres, the queue library opens all of its queues there.
describe.each(['Redis', 'Postgres'])('the queue in %s', (name) => {
  let backend: Backend;
  let taken: Taken[];

  beforeEach(async () => {
    backend = await openBackend(name);
    taken = [];
  });

  function openProducer(settings = backend.settings) {
    const results: { result: WakeResult; ids: number }[] = [];
    const producer = new WakeProducer(FANOUT_QUEUE, settings, (result, ids) => results.push({ result, ids }));
    atEnd('producer', () => producer.close());
    return { producer, results };
  }

  async function openWorker(work: (job: Job) => Promise<void> = () => Promise.resolve(), settings = backend.settings, called = 'one') {
    const link = connectQueue(settings, 'worker', () => undefined);
    const take = (job: Job): Promise<void> => {
      taken.push({ worker: called, data: job.data });
      return work(job);
    };
    const worker = new Worker(FANOUT_QUEUE, take, { connection: link.connection, prefix: link.prefix, concurrency: 1 });
    worker.on('error', () => undefined);
    atEnd('worker', async () => {
      await worker.close(true);
      await link.close();
    });
    await worker.waitUntilReady();
  }

  async function openQueue(called: QueueName = FANOUT_QUEUE): Promise<Queue> {
    const link = connectQueue(backend.settings, 'producer', () => undefined);
    const queue = new Queue(called, { connection: link.connection, prefix: link.prefix });
    atEnd('queue', async () => {
      await queue.close();
      await link.close();
    });
    await queue.waitUntilReady();
    return queue;
  }

  const takenIds = (): string[] => taken.flatMap(({ data }) => idsOf(data));
  const someIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

  it('brings a worker exactly the ids that were handed in, those of one moment together, a hundred to a job', async () => {
    await openWorker();
    const { producer, results } = openProducer();
    const ids = someIds(250);
    for (const id of ids) producer.wake([id]);
    await eventually(() => expect(takenIds()).toHaveLength(ids.length));
    expect(takenIds().toSorted()).toEqual(ids.toSorted());
    expect(taken.map(({ data }) => idsOf(data).length).toSorted((a, b) => a - b)).toEqual([50, MAX_IDS_PER_JOB, MAX_IDS_PER_JOB]);
    expect(results).toEqual([{ result: 'sent', ids: 250 }]);
  });

  it('keeps what goes beyond an owner’s share apart from what others bring', async () => {
    const wake = new FanoutWake(backend.settings, new WakeMetrics(new Metrics('test')));
    atEnd('wake', () => wake.onApplicationShutdown());
    const [flood, lone] = [someIds(3 * MAX_IDS_PER_JOB), someIds(1)];
    wake.wake(flood, 'loud');
    wake.wake(lone, 'quiet');
    const idsIn = async (queue: Queue): Promise<string[]> => (await queue.getWaiting()).flatMap(({ data }: Job<unknown>) => idsOf(data));
    const [prompt, apart] = [await openQueue(), await openQueue(FLOOD_QUEUE)];
    await eventually(async () => expect(await idsIn(prompt)).toEqual(lone));
    await eventually(async () => expect((await idsIn(apart)).toSorted()).toEqual(flood.toSorted()));
  });

  it('tells how many of its jobs nobody has taken yet, and nothing when it is closed', async () => {
    const { producer, results } = openProducer();
    await eventually(async () => expect(await producer.waitingJobs()).toBe(0));
    producer.wake(someIds(3 * MAX_IDS_PER_JOB));
    await eventually(() => expect(results).toHaveLength(1));
    producer.wake(someIds(1));
    await eventually(() => expect(results).toHaveLength(2));
    expect(await producer.waitingJobs()).toBe(4);
    await openWorker();
    await eventually(async () => expect(await producer.waitingJobs()).toBe(0));
    await producer.close();
    await expect(producer.waitingJobs()).rejects.toThrow('rests');
  });

  it('keeps nothing of a job that was done, nor of one that failed', async () => {
    await openWorker(() => (taken.length % 2 === 0 ? Promise.reject(new Error('on purpose')) : Promise.resolve()));
    const { producer } = openProducer();
    producer.wake(someIds(4 * MAX_IDS_PER_JOB));
    await eventually(() => expect(taken).toHaveLength(4));
    const queue = await openQueue();
    const counts = () => queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'completed', 'failed');
    await eventually(async () => expect(new Set(Object.values(await counts()))).toEqual(new Set([0])));
    expect(taken).toHaveLength(4);
  });

  it('brings the same id as often as it is handed in: none is swallowed for having been there before', async () => {
    await openWorker();
    const { producer } = openProducer();
    const ids = someIds(1);
    for (let times = 1; times <= 3; times++) {
      producer.wake(ids);
      await eventually(() => expect(takenIds()).toEqual(Array.from({ length: times }, () => ids[0])));
    }
  });

  it('takes a job of another version or shape for one without ids, and goes on', async () => {
    await openWorker();
    const queue = await openQueue();
    const ids = someIds(1);
    for (const data of [{ v: 2, ids: someIds(1) }, { ids: someIds(1) }, { v: 1, ids: 'all' }, { v: 1, ids: ['no-uuid', 7] }])
      await queue.add('wake', data);
    await queue.add('wake', { v: 1, ids });
    await eventually(() => expect(taken).toHaveLength(5));
    expect(takenIds()).toEqual(ids);
  });

  it('shares its jobs out among workers: while one is at work, the other takes the next', async () => {
    let release = (): void => undefined;
    const bothAtWork = new Promise<void>((resolve) => (release = resolve));
    const waitForTheOther = (): Promise<void> => {
      if (new Set(taken.map(({ worker }) => worker)).size === 2) release();
      return bothAtWork;
    };
    await openWorker(waitForTheOther, backend.settings, 'one');
    await openWorker(waitForTheOther, backend.settings, 'two');
    const ids = someIds(6 * MAX_IDS_PER_JOB);
    openProducer().producer.wake(ids);
    await eventually(() => expect(taken).toHaveLength(6));
    expect(takenIds().toSorted()).toEqual(ids.toSorted());
  });

  it('is not opened again for what was handed in before its end', async () => {
    await openWorker();
    const { producer, results } = openProducer();
    producer.wake(someIds(2));
    await producer.close();
    producer.wake(someIds(1));
    const [later] = someIds(1) as [string];
    openProducer().producer.wake([later]);
    await eventually(() => expect(takenIds()).toContain(later));
    expect(takenIds()).toEqual([later]);
    expect(results).toEqual([
      { result: 'dropped', ids: 2 },
      { result: 'dropped', ids: 1 },
    ]);
  });

  it.each([
    ['is away', { kind: 'refuse' }],
    ['hangs', { kind: 'blackhole' }],
  ] as const)('costs a caller nothing when it %s, tells what was lost, and works again when it is back', async (_, mode) => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    atEnd('listener', () => void process.off('unhandledRejection', note));
    await openWorker(undefined, backend.proxied);
    const { producer, results } = openProducer(backend.proxied);
    const [first, ...lost] = someIds(3) as [string, string, string];
    const wakeAndBeTold = async (id: string): Promise<WakeResult | undefined> => {
      const told = results.length;
      producer.wake([id]);
      await eventually(() => expect(results).toHaveLength(told + 1));
      return results.at(-1)?.result;
    };
    await eventually(async () => expect(await wakeAndBeTold(first)).toBe('sent'));
    await eventually(() => expect(takenIds()).toContain(first));

    backend.proxy.set(mode);
    if (mode.kind === 'refuse') backend.proxy.resetAll();
    const began = performance.now();
    producer.wake([lost[0]]);
    expect(performance.now() - began).toBeLessThan(50);
    await eventually(() => expect(results.at(-1)).toEqual({ result: 'failed', ids: 1 }), { timeoutMs: 1_500 });
    producer.wake([lost[1]]);
    expect(results.at(-1)).toEqual({ result: 'dropped', ids: 1 });

    backend.proxy.set({ kind: 'pass' });
    // What was swallowed while it hung has left the conversation broken, as a dead peer does.
    backend.proxy.resetAll();
    const later = randomUUID();
    await eventually(
      () => {
        producer.wake([later]);
        expect(takenIds()).toContain(later);
      },
      { timeoutMs: 15_000 },
    );
    expect(rejections).toEqual([]);
  });
});
