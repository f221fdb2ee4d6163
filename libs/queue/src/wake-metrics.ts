import { Metrics, type Reading } from '#observability/metrics.js';
import { Injectable } from '@nestjs/common';
import { type QueueName, QUEUES } from './queues.js';
import type { WakeResult } from './wake-producer.js';

const RESULTS: WakeResult[] = ['sent', 'failed', 'dropped'];

/** How the queue is. What it loses the sweep finds: none of this says that anything is lost. */
@Injectable()
export class WakeMetrics {
  private readonly wakes;
  private readonly errors;
  private readonly watched = new Map<QueueName, () => Promise<number>>();

  constructor(metrics: Metrics) {
    this.wakes = metrics.counter('tidings_wakes_total', 'Ids handed to the queue, by what became of them.', ['queue', 'result']);
    for (const queue of QUEUES) for (const result of RESULTS) this.wakes.inc({ queue, result }, 0);
    this.errors = metrics.counter('tidings_queue_errors_total', 'Errors of a worker: mostly a queue that cannot be reached.', ['queue']);
    for (const queue of QUEUES) this.errors.inc({ queue }, 0);
    metrics.gauges('tidings_queue_jobs', 'Jobs in the queue that nobody has taken yet; of all processes together.', ['queue'], () =>
      this.readJobs(),
    );
  }

  count(queue: QueueName, result: WakeResult, ids: number): void {
    this.wakes.inc({ queue, result }, ids);
  }

  countError(queue: QueueName): void {
    this.errors.inc({ queue });
  }

  /** `read`: how many jobs wait in the queue, asked at every scrape. */
  watch(queue: QueueName, read: () => Promise<number>): void {
    this.watched.set(queue, read);
  }

  private readJobs(): Promise<Reading<'queue'>[]> {
    return Promise.all([...this.watched].map(async ([queue, read]) => ({ labels: { queue }, value: await read() })));
  }
}
