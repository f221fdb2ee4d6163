import type { Settings } from '#config/settings.js';
import { Queue } from 'bullmq';
import { connectQueue, type QueueConnection } from './connection.js';
import { MAX_IDS_PER_JOB, type QueueName, type WakeJob } from './queues.js';

/** How long one batch of wake-ups may take before it is given up. */
const BUDGET_MS = 500;
/** After a failure wake-ups are dropped for this long, so that a queue that is down costs nothing. */
const REST_MS = 1_000;
const MAX_WAITING_IDS = 20_000;
const MAX_JOBS_AT_ONCE = 50;

export type WakeResult = 'sent' | 'failed' | 'dropped';

/**
 * Wakes dispatchers, at best effort and without ever holding up its caller: ids handed in together leave together, one batch under way at a
 * time. What is lost here stays marked in Postgres, and the sweep finds it.
 */
export class WakeProducer {
  private waiting: string[] = [];
  private sending = false;
  private restUntil = 0;
  private link: QueueConnection | null = null;
  private queue: Queue | null = null;

  constructor(
    private readonly name: QueueName,
    private readonly settings: Settings,
    private readonly onResult: (result: WakeResult, ids: number, error?: unknown) => void = () => undefined,
  ) {}

  wake(ids: string[]): void {
    if (performance.now() < this.restUntil || this.waiting.length + ids.length > MAX_WAITING_IDS) {
      this.onResult('dropped', ids.length);
      return;
    }
    this.waiting.push(...ids);
    if (!this.sending) {
      this.sending = true;
      setImmediate(() => void this.drain());
    }
  }

  /** Opens the connection ahead of the first wake-up. */
  open(): void {
    this.connect();
  }

  /** Jobs that nobody has taken yet. Rejects when the queue does not answer at once, and while it rests. */
  async waitingJobs(): Promise<number> {
    if (performance.now() < this.restUntil) throw new Error('The queue rests.');
    return within(BUDGET_MS, this.connect().getJobCountByTypes('waiting', 'prioritized'));
  }

  async close(): Promise<void> {
    this.restUntil = Infinity;
    // Sent now they would open the queue once more; the sweep finds them.
    if (this.waiting.length > 0) this.onResult('dropped', this.waiting.length);
    this.waiting = [];
    await this.disconnect();
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const ids = this.waiting.splice(0, MAX_IDS_PER_JOB * MAX_JOBS_AT_ONCE);
      try {
        await within(BUDGET_MS, this.add(ids));
        this.onResult('sent', ids.length);
      } catch (error) {
        this.restUntil = Math.max(this.restUntil, performance.now() + REST_MS);
        this.onResult('failed', ids.length + this.waiting.length, error);
        this.waiting = [];
      }
    }
    this.sending = false;
  }

  private async add(ids: string[]): Promise<void> {
    const jobs: { name: string; data: WakeJob }[] = [];
    for (let i = 0; i < ids.length; i += MAX_IDS_PER_JOB)
      jobs.push({ name: 'wake', data: { v: 1, ids: ids.slice(i, i + MAX_IDS_PER_JOB) } });
    await this.connect().addBulk(jobs);
  }

  private connect(): Queue {
    if (this.queue) return this.queue;
    this.link = connectQueue(this.settings, 'producer', () => undefined);
    this.queue = new Queue(this.name, {
      connection: this.link.connection,
      prefix: this.link.prefix,
      // A kept job would swallow a later one of the same id, and nobody reads them: Postgres is the record.
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
      streams: { events: { maxLen: 100 } },
    });
    const { queue } = this;
    queue.on('error', () => undefined);
    // BullMQ remembers a failed first handshake for ever: such a queue is thrown away, and the next wake-up opens a new one.
    queue.waitUntilReady().catch(() => (this.queue === queue ? this.disconnect() : undefined));
    return queue;
  }

  private async disconnect(): Promise<void> {
    const { queue, link } = this;
    this.queue = null;
    this.link = null;
    await within(BUDGET_MS, Promise.resolve(queue?.close())).catch(() => undefined);
    await link?.close().catch(() => undefined);
  }
}

function within<T>(budgetMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The queue did not answer within ${budgetMs} ms.`)), budgetMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
