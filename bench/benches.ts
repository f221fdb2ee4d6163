import type { Options } from './command-line.js';
import type { Report } from './report.js';
import { steady } from './runs/steady.js';

interface Bench {
  /** For the list of benches. */
  what: string;
  defaults: Partial<Options>;
  run(options: Options): Promise<Report>;
}

export const BENCHES = {
  steady: { what: 'throughput and latency beside the bare loops', defaults: { bytes: [1_000, 100, 32_768] }, run: steady },
} satisfies Record<string, Bench>;

export const isBench = (name: string): name is keyof typeof BENCHES => Object.hasOwn(BENCHES, name);
