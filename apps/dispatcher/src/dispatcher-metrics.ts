import type { Metrics } from '#observability/metrics.js';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { InFlight } from './dispatch/in-flight.js';

/** Gauges of this dispatcher, read when they are scraped. */
export class DispatcherMetrics implements OnApplicationBootstrap {
  constructor(
    private readonly metrics: Metrics,
    private readonly inFlight: InFlight,
    private readonly limit: number,
  ) {}

  onApplicationBootstrap(): void {
    const { metrics, inFlight, limit } = this;
    metrics.gauge('tidings_in_flight', 'Requests under way, those that wait for their slot included.', () => inFlight.size);
    metrics.gauge('tidings_in_flight_limit', 'Requests that may be under way at once (DISPATCH_CONCURRENCY).', () => limit);
  }
}
