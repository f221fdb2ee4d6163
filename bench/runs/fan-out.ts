import type { Options } from '../command-line.js';
import type { Row } from '../measure/table.js';
import type { Report } from '../report.js';
import { measureFlow, type Product, startProduct } from '../stage/flow.js';
import { endpointOf, openStage, type Stage } from '../stage/stage.js';

const EVENTS = 3;
/** Subscriptions that are made at a time. */
const AT_ONCE = 16;

/** One event to ever more subscriptions, each with a filter that it passes; how long until the last has it. */
export async function fanOut(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  const report: Report = { title: 'one event to many subscriptions, each with a filter', rows: [], faults: [] };
  try {
    const product = await startProduct(stage, options.dispatchers[0] ?? 1);
    for (const count of options.subscriptions) {
      await subscribeMany(stage, product, count);
      const { rows, faults } = await measureFanOut(stage, product, count, options);
      report.rows.push(...rows);
      report.faults.push(...faults);
    }
    return report;
  } finally {
    await stage.stop();
  }
}

const typeOf = (count: number): string => `fan.n${count}`;

const pathsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `/fan/${count}/${i}`);

async function subscribeMany(stage: Stage, { tenant }: Product, count: number): Promise<void> {
  const paths = pathsOf(count);
  const filter = { '>=': [{ var: 'data.number' }, 0] };
  const run = async (): Promise<void> => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      await tenant.subscribe({ url: endpointOf(stage, paths.length, path), eventTypes: [typeOf(count)], filter });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
}

/** The first event finds no subscription in the dispatcher's memory, the later ones all of them. */
async function measureFanOut(stage: Stage, product: Product, count: number, options: Options): Promise<{ rows: Row[]; faults: string[] }> {
  const rows: Row[] = [];
  const faults: string[] = [];
  const load = { types: [typeOf(count)], bytes: options.bytes[0] ?? 1_000, seconds: 60, ratePerSecond: null, maxEvents: 1 };
  let [first, later, cpuSeconds] = [NaN, Infinity, 0];
  for (let i = 0; i < EVENTS; i++) {
    const outcome = await measureFlow(stage, product, { load, pathsOf: () => pathsOf(count) });
    faults.push(...outcome.faults);
    if (i === 0) first = outcome.seconds;
    else if (outcome.seconds < later) [later, cpuSeconds] = [outcome.seconds, outcome.cost.usage['dispatcher']?.cpuSeconds ?? NaN];
  }
  const what = `${count.toLocaleString('en-US')} subscriptions`;
  rows.push(
    { what: `${what}: to the last, catalog not loaded`, value: first * 1_000, unit: 'ms' },
    { what: `${what}: to the last`, value: later * 1_000, unit: 'ms' },
    { what: `${what}: rate`, value: count / later, unit: '/s' },
    { what: `${what}: CPU dispatcher`, value: (cpuSeconds * 1e6) / count, unit: 'µs/delivery' },
  );
  return { rows, faults };
}
