import type { Options } from '../command-line.js';
import type { Report } from '../report.js';
import { measureFlow, startProduct } from '../stage/flow.js';
import { endpointOf, openStage } from '../stage/stage.js';
import { typesOf } from './floors.js';
import { pathOf } from './steady.js';

const WORLD = { delayMs: 200, hangPercent: 5, errorPercent: 10 };
const TIMEOUT_MS = 1_000;

/** Receivers as they are: each answer takes 200 ms, of the first tries 5 % never get one and 10 % get a 500. */
export async function slowWorld(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  try {
    const product = await startProduct(stage, options.dispatchers[0] ?? 1);
    const types = typesOf(options.publishers);
    for (const [i, type] of types.entries()) {
      await product.tenant.subscribe({
        url: endpointOf(stage, i, pathOf(type)),
        eventTypes: [type],
        timeoutMs: TIMEOUT_MS,
        failureHandling: { retry: { kind: 'fixed', delaySeconds: 0.5, jitter: 0, maxAttempts: 8 } },
      });
    }
    const load = { types, bytes: options.bytes[0] ?? 1_000, seconds: options.seconds, ratePerSecond: null, maxEvents: options.maxEvents };
    const run = await measureFlow(stage, product, { load, pathsOf: (type) => [pathOf(type)], behaviour: WORLD, patienceMs: 180_000 });
    // No dispatcher can do better: each place is taken 200 ms by an answer, and the whole timeout where none comes.
    const placeMs = WORLD.delayMs + (WORLD.hangPercent * TIMEOUT_MS + WORLD.errorPercent * WORLD.delayMs) / 100;
    const ceiling = (options.concurrency * product.dispatchers.length * 1_000) / placeMs;
    const memory = (name: string): number => run.cost.usage[name]?.memoryMb ?? NaN;
    return {
      title: `${WORLD.delayMs} ms per answer, ${WORLD.hangPercent} % time out after ${TIMEOUT_MS} ms, ${WORLD.errorPercent} % answer 500`,
      rows: [
        { what: 'accepted', value: run.acceptedPerSecond, unit: '/s' },
        { what: 'delivered (floor: what the places allow)', value: run.deliveredPerSecond, unit: '/s', floor: ceiling },
        { what: 'requests per delivery', value: run.requests / run.delivered },
        { what: 'in flight at most', value: run.mostOpen, floor: options.concurrency * product.dispatchers.length, goal: { atMost: 1 } },
        { what: 'end to end p50', value: run.endToEnd.p50, unit: 'ms' },
        { what: 'end to end p99', value: run.endToEnd.p99, unit: 'ms' },
        { what: 'CPU dispatcher', value: ((run.cost.usage['dispatcher']?.cpuSeconds ?? NaN) * 1e6) / run.delivered, unit: 'µs/delivery' },
        { what: 'memory gateway', value: memory('gateway'), unit: 'MB' },
        { what: 'memory dispatcher', value: memory('dispatcher'), unit: 'MB' },
        { what: 'memory redis', value: memory('redis'), unit: 'MB' },
      ],
      faults: run.faults,
    };
  } finally {
    await stage.stop();
  }
}
