import type { Options } from '../command-line.js';
import type { Report } from '../report.js';
import { startProduct, stopProduct } from '../stage/flow.js';
import { openStage } from '../stage/stage.js';
import { steadyFlow, subscribeEach, warmUp } from './steady.js';

/** The steady run with ever more dispatchers on the same machine: what one adds, and what all of them share. */
export async function scaleOut(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  const report: Report = { title: 'the steady run with more dispatchers, all on one machine', rows: [], faults: [] };
  let alone: number | undefined;
  try {
    for (const dispatchers of options.dispatchers) {
      const product = await startProduct(stage, dispatchers);
      await subscribeEach(stage, product, options.publishers);
      await warmUp(stage, product, options);
      const run = await steadyFlow(stage, product, { ...options, bytes: options.bytes[0] ?? 1_000, ratePerSecond: null });
      await stopProduct(product);
      report.faults.push(...run.faults);
      const what = `${dispatchers} dispatchers:`;
      const cpu = (name: string): number => ((run.cost.usage[name]?.cpuSeconds ?? NaN) * 1e6) / run.delivered;
      report.rows.push(
        { what: `${what} delivered`, value: run.deliveredPerSecond, unit: '/s', ...(alone === undefined ? {} : { floor: alone }) },
        ...['gateway', 'dispatcher', 'postgres', 'redis'].map((name) => ({
          what: `${what} CPU ${name}`,
          value: cpu(name),
          unit: 'µs/delivery',
        })),
        { what: `${what} Redis commands`, value: run.cost.redisCommands / run.delivered, unit: '/delivery' },
      );
      alone ??= run.deliveredPerSecond;
    }
    return report;
  } finally {
    await stage.stop();
  }
}
