import { DELIVER_QUEUE, idsOf } from '#queue/queues.js';
import { WakeMetrics } from '#queue/wake-metrics.js';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { Dispatcher } from './dispatcher.js';
import { InFlight } from './in-flight.js';

/** A wake-up for deliveries that are due: resent ones, and those a fan-out elsewhere had no room for. Acknowledged when they are claimed. */
@Processor(DELIVER_QUEUE, { concurrency: 4, lockDuration: 60_000, stalledInterval: 30_000, maxStalledCount: 1 })
export class DeliverProcessor extends WorkerHost {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly inFlight: InFlight,
    private readonly metrics: WakeMetrics,
  ) {
    super();
  }

  override async process(job: Job<unknown>): Promise<void> {
    // What finds no place now waits here for one: left to the sweep it would wait for the sweep's next turn.
    for (let ids = idsOf(job.data); ids.length > 0;) {
      await this.inFlight.untilRoom(ids.length);
      ids = ids.slice(await this.dispatcher.claimByIds(ids));
    }
  }

  /** Without a listener an error event would end the process. */
  @OnWorkerEvent('error')
  onError(): void {
    // The connection is tried again by itself, and the sweep does not need it.
    this.metrics.countError(DELIVER_QUEUE);
  }
}
