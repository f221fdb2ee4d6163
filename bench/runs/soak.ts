import type { Options } from '../command-line.js';
import { median } from '../measure/percentiles.js';
import { usageOf } from '../measure/processes.js';
import type { Row } from '../measure/table.js';
import type { Report } from '../report.js';
import { startProduct } from '../stage/flow.js';
import { openStage } from '../stage/stage.js';
import { steadyFlow, subscribeEach, warmUp } from './steady.js';

const SAMPLE_MS = 1_000;
/** Memory may end this much above where it began: the collector's own tide. */
const TIDE = 1.1;

/** Memory under a constant load, half of what was reached just before: the middle of the last third against that of the one before. */
export async function soak(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  const samples: Record<string, number[]> = { gateway: [], dispatcher: [], redis: [] };
  let timer: NodeJS.Timeout | undefined;
  try {
    const product = await startProduct(stage, 1);
    await subscribeEach(stage, product, options.publishers);
    await warmUp(stage, product, options);
    const load = { ...options, bytes: options.bytes[0] ?? 1_000 };
    const full = await steadyFlow(stage, product, { ...load, ratePerSecond: null });
    const pids = { gateway: product.gateway.pid, dispatcher: product.dispatchers[0]!.pid, redis: stage.redis.pid };
    timer = setInterval(() => {
      for (const [name, pid] of Object.entries(pids)) samples[name]!.push(usageOf(pid).memoryMb);
    }, SAMPLE_MS);
    const run = await steadyFlow(stage, product, { ...load, seconds: options.minutes * 60, ratePerSecond: full.deliveredPerSecond / 2 });
    return {
      title: `${options.minutes} minutes at half load (${Math.round(full.deliveredPerSecond / 2)}/s)`,
      rows: [
        { what: 'delivered', value: run.delivered },
        { what: 'end to end p99', value: run.endToEnd.p99, unit: 'ms' },
        ...Object.entries(samples).flatMap(([name, seen]) => rowsOf(name, seen)),
      ],
      faults: [...full.faults, ...run.faults],
    };
  } finally {
    clearInterval(timer);
    await stage.stop();
  }
}

/** The first third is shown and not judged: in it a process comes to its size. */
function rowsOf(name: string, seen: number[]): Row[] {
  const third = Math.floor(seen.length / 3);
  const [first, second, last] = [0, 1, 2].map((i) => median(seen.slice(i * third, (i + 1) * third)));
  return [
    { what: `memory ${name}, first third`, value: first ?? NaN, unit: 'MB' },
    {
      what: `memory ${name}, last third (floor: the one before)`,
      value: last ?? NaN,
      unit: 'MB',
      floor: second ?? NaN,
      goal: { atMost: TIDE },
    },
  ];
}
