import type { Logger } from '#observability/logger.js';
import type { Metrics } from '#observability/metrics.js';
import { UPKEEP_STEPS, type UpkeepDone, type UpkeepEvents, type UpkeepStep } from './upkeep.js';

/** Log lines and metrics of upkeep. */
export class UpkeepObserver implements UpkeepEvents {
  private readonly failures;
  /** Until when each event has a partition of its own, by a clock that nobody sets; null: not asked yet. */
  private coveredUntil: number | null = null;

  constructor(
    private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.failures = metrics.counter('tidings_upkeep_failures_total', 'Steps of upkeep that failed; they are tried again.', ['step']);
    for (const step of UPKEEP_STEPS) this.failures.inc({ step }, 0);
    // It goes down by itself while nobody makes partitions, be it that the database is away.
    metrics.gauges('tidings_partitions_ahead_seconds', 'For how long from now on each event will have a partition of its own.', [], () =>
      this.coveredUntil === null ? [] : [{ labels: {}, value: Math.max(0, this.coveredUntil - performance.now()) / 1_000 }],
    );
  }

  done(done: UpkeepDone): void {
    this.log.info(done, 'upkeep.done');
  }

  failed(step: UpkeepStep, err: unknown): void {
    this.failures.inc({ step });
    this.log.error({ step, err }, 'upkeep.failed');
  }

  covered(forMs: number): void {
    this.coveredUntil = performance.now() + forMs;
  }
}
