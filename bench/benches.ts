import type { Options } from './command-line.js';
import type { Report } from './report.js';
import { consoles } from './runs/console.js';
import { fanOut } from './runs/fan-out.js';
import { filters } from './runs/filters.js';
import { floorOnly } from './runs/floor.js';
import { grown } from './runs/grown.js';
import { idle } from './runs/idle.js';
import { scaleOut } from './runs/scale.js';
import { slowWorld } from './runs/slow.js';
import { soak } from './runs/soak.js';
import { steady } from './runs/steady.js';

interface Bench {
  /** For the list of benches. */
  what: string;
  /** Where they differ from the general ones. */
  defaults: Partial<Options>;
  run(options: Options): Promise<Report>;
}

export const BENCHES = {
  steady: { what: 'throughput and latency beside the bare loops', defaults: { bytes: [1_000, 100, 32_768] }, run: steady },
  'fan-out': { what: 'one event to 10, 100, 1,000 and 5,000 subscriptions', defaults: {}, run: fanOut },
  filters: {
    what: 'matching against up to 10,000 filters of one tenant',
    defaults: { subscriptions: [1, 100, 1_000, 10_000] },
    run: filters,
  },
  slow: { what: 'receivers that are slow, silent or failing', defaults: {}, run: slowWorld },
  grown: { what: 'the same on a database with millions of deliveries', defaults: { rows: 10_000_000 }, run: grown },
  scale: { what: '1, 2 and 4 dispatchers', defaults: { dispatchers: [1, 2, 4] }, run: scaleOut },
  idle: { what: 'what it costs while nothing happens', defaults: { seconds: 20 }, run: idle },
  soak: { what: 'memory under half load, for minutes', defaults: { minutes: 5 }, run: soak },
  console: { what: 'what open consoles take from the throughput', defaults: { rounds: 5, seconds: 10 }, run: consoles },
  floor: { what: 'the bare loops alone', defaults: {}, run: floorOnly },
} satisfies Record<string, Bench>;

export const isBench = (name: string): name is keyof typeof BENCHES => Object.hasOwn(BENCHES, name);
