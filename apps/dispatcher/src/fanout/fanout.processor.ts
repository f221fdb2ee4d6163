import { FANOUT_QUEUE, FLOOD_QUEUE, idsOf, type QueueName } from '#queue/queues.js';
import { WakeMetrics } from '#queue/wake-metrics.js';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { InFlight } from '../dispatch/in-flight.js';
import { FanoutBatches } from './fanout-batches.js';

const LOCKS = { lockDuration: 60_000, stalledInterval: 30_000, maxStalledCount: 1 };

/**
 * A wake-up for stored events. Takes as many of them as there are places free, so that under load events wait in the queue: a delivery that
 * finds no place when it is made has to be claimed later, with a statement more.
 */
abstract class FanoutWorker extends WorkerHost {
  constructor(
    private readonly batches: FanoutBatches,
    private readonly inFlight: InFlight,
    private readonly metrics: WakeMetrics,
    private readonly queue: QueueName,
    /** Places it leaves free. */
    private readonly spare: number,
  ) {
    super();
  }

  override async process(job: Job<unknown>): Promise<void> {
    for (let ids = idsOf(job.data); ids.length > 0;) {
      await this.inFlight.untilRoom(ids.length, this.spare);
      // This process is leaving: what is left is found by another's sweep.
      if (this.worker.isPaused()) return;
      const places = this.inFlight.reserve(ids.length, this.spare);
      // Others were told of the same places, and were quicker.
      if (places === 0) continue;
      await this.batches.submit(ids.slice(0, places), places);
      ids = ids.slice(places);
    }
  }

  /** Without a listener an error event would end the process. */
  @OnWorkerEvent('error')
  onError(): void {
    // The connection is tried again by itself, and the sweep does not need it.
    this.metrics.countError(this.queue);
  }
}

@Processor(FANOUT_QUEUE, { concurrency: 16, ...LOCKS })
export class FanoutProcessor extends FanoutWorker {
  constructor(batches: FanoutBatches, inFlight: InFlight, metrics: WakeMetrics) {
    super(batches, inFlight, metrics, FANOUT_QUEUE, 0);
  }
}

/** What a tenant brings beyond its share waits for a place among those that one tenant may have. */
@Processor(FLOOD_QUEUE, { concurrency: 8, ...LOCKS })
export class FloodProcessor extends FanoutWorker {
  constructor(batches: FanoutBatches, inFlight: InFlight, metrics: WakeMetrics) {
    super(batches, inFlight, metrics, FLOOD_QUEUE, inFlight.spare);
  }
}
