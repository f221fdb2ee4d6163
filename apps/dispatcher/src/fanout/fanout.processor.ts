import { FANOUT_QUEUE, idsOf } from '#queue/queues.js';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { InFlight } from '../dispatch/in-flight.js';
import { FanoutBatches } from './fanout-batches.js';

/** A wake-up for stored events. Waits for room, so that under load jobs wait in the queue and not in this process. */
@Processor(FANOUT_QUEUE, { concurrency: 16, lockDuration: 60_000, stalledInterval: 30_000, maxStalledCount: 1 })
export class FanoutProcessor extends WorkerHost {
  constructor(
    private readonly batches: FanoutBatches,
    private readonly inFlight: InFlight,
  ) {
    super();
  }

  override async process(job: Job<unknown>): Promise<void> {
    const ids = idsOf(job.data);
    if (ids.length === 0) return;
    await this.inFlight.untilRoom();
    await this.batches.submit(ids);
  }

  /** Without a listener an error event would end the process. */
  @OnWorkerEvent('error')
  onError(): void {
    // The connection is tried again by itself, and the sweep does not need it.
  }
}
