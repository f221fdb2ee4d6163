import type { Metrics } from '#observability/metrics.js';
import type { InFlight } from './dispatch/in-flight.js';

/** Gauges of this dispatcher, read when they are scraped. */
export class DispatcherMetrics {
  constructor(metrics: Metrics, inFlight: InFlight, limit: number) {
    metrics.gauge('tidings_in_flight', 'Requests under way, those that wait for their slot included.', () => inFlight.size);
    metrics.gauge('tidings_in_flight_limit', 'Requests that may be under way at once (DISPATCH_CONCURRENCY).', () => limit);
  }
}
