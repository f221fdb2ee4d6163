import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { droppedLogLines } from './log-stream.js';

export type Stage = 'publish' | 'fanout' | 'claim' | 'record';

export interface Reading<T extends string> {
  labels: Partial<Record<T, string>>;
  value: number;
}

/**
 * How often the event loop's lag is looked at; a loop that is never late shows this much. At prom-client's own 10 ms the looking is most of
 * what an idle process does: 0.6 % of a core against 0.1 %.
 */
const LOOP_SAMPLE_MS = 50;

/**
 * The process's metrics. No label ever names a tenant, a subscription or an address: their number has no bound, and they are
 * nobody else's business.
 */
export class Metrics {
  readonly registry = new Registry();
  /** `route` is the template (`/v1/apps/:id`), never the path; what matched no route is `(none)`. */
  readonly httpRequests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its response.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  /** The steps of the walk; the request itself is `tidings_attempt_seconds`. */
  private readonly stages = new Histogram({
    name: 'tidings_stage_seconds',
    help: 'Time of one step: publish (an event’s commit), fanout (a batch of events), claim (one statement), record (an attempt’s commit).',
    labelNames: ['stage'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LOOP_SAMPLE_MS });
    this.gauge('tidings_log_lines_dropped', 'Log lines that could not be written and were dropped.', droppedLogLines);
  }

  /** A counter of this process's own; its labels must have few values. */
  counter<T extends string>(name: string, help: string, labelNames: T[] = []): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** A gauge that is read when it is scraped. */
  gauge(name: string, help: string, read: () => number): Gauge {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.registry], collect: () => gauge.set(read()) });
    return gauge;
  }

  /** A gauge with labels, read when it is scraped. Where it cannot be read it has no values: an old one would pass for a new one. */
  gauges<T extends string>(name: string, help: string, labelNames: T[], read: () => Reading<T>[] | Promise<Reading<T>[]>): Gauge<T> {
    const collect = async (): Promise<void> => {
      const readings = await Promise.resolve()
        .then(read)
        .catch(() => []);
      gauge.reset();
      // One without labels is reset to 0, which would pass for a reading.
      if (labelNames.length === 0) gauge.remove();
      for (const { labels, value } of readings) gauge.set(labels, value);
    };
    const gauge: Gauge<T> = new Gauge<T>({ name, help, labelNames, registers: [this.registry], collect });
    return gauge;
  }

  observeStage(stage: Stage, ms: number): void {
    this.stages.observe({ stage }, ms / 1_000);
  }

  histogram<T extends string>(name: string, help: string, labelNames: T[], buckets: number[]): Histogram<T> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
