import { Metrics } from '#observability/metrics.js';
import { Injectable } from '@nestjs/common';
import { type QueueName, QUEUES } from './queues.js';
import type { WakeResult } from './wake-producer.js';

const RESULTS: WakeResult[] = ['sent', 'failed', 'dropped'];

/** Counts wake-ups. Those that were not sent are found by the sweep: they tell how the queue is, not that anything is lost. */
@Injectable()
export class WakeMetrics {
  private readonly wakes;

  constructor(metrics: Metrics) {
    this.wakes = metrics.counter('tidings_wakes_total', 'Ids handed to the queue, by what became of them.', ['queue', 'result']);
    for (const queue of QUEUES) for (const result of RESULTS) this.wakes.inc({ queue, result }, 0);
  }

  count(queue: QueueName, result: WakeResult, ids: number): void {
    this.wakes.inc({ queue, result }, ids);
  }
}
