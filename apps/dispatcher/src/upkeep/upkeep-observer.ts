import { formatId } from '#domain/ids.js';
import type { Logger } from '#observability/logger.js';
import type { Metrics } from '#observability/metrics.js';
import type { ExpungerEvents } from './expunger.js';
import type { RetentionEvents } from './retention.js';
import { UPKEEP_STEPS, type UpkeepDone, type UpkeepEvents, type UpkeepStep } from './upkeep.js';

/** Log lines and metrics of upkeep, and of what goes on beside its rounds: tenants' own retention, and what is expunged. */
export class UpkeepObserver implements UpkeepEvents {
  private readonly failures;
  /** Until when each event has a partition of its own, by a clock that nobody sets; null: not asked yet. */
  private coveredUntil: number | null = null;

  readonly retention: RetentionEvents = {
    walked: (done) => this.log.info(done, 'retention.walked'),
    failed: (err) => {
      this.failures.inc({ step: 'retention' });
      this.log.error({ err }, 'retention.failed');
    },
  };

  readonly expunging: ExpungerEvents = {
    ended: ({ id, tenantId }) => this.log.info({ expunge: formatId('exp', id), tenantId }, 'expunge.ended'),
    failed: (err) => {
      this.failures.inc({ step: 'expunging' });
      this.log.error({ err }, 'expunge.failed');
    },
  };

  constructor(
    private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.failures = metrics.counter('tidings_upkeep_failures_total', 'Steps of upkeep that failed; they are tried again.', ['step']);
    for (const step of [...UPKEEP_STEPS, 'retention', 'expunging']) this.failures.inc({ step }, 0);
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
