import type { Options } from '../command-line.js';
import { type Drift, driftOf, type Sample, troughsOf } from '../measure/drift.js';
import type { Row } from '../measure/table.js';
import type { Report } from '../report.js';
import { type Outcome, type Product, startProduct } from '../stage/flow.js';
import { openStage, type Stage } from '../stage/stage.js';
import { type MemoryLog, type MemoryWatch, watchMemory } from '../stage/watch-memory.js';
import { costRows, steadyFlow, subscribeEach, warmUp } from './steady.js';

/** Share of the time in which a process comes to its size; shown and not judged. */
const SETTLING = 0.5;
/** Rise per minute, as a share of the level, that is still the collector's tide. */
const TIDE = 0.01;
/** Length of a stretch in which old objects are collected several times under load, once of them shortly before a sample. */
const STRETCH_MINUTES = 1;

/** Memory under a constant load for minutes: where it stands in the second half, and the rise per minute of a straight line through that. */
export async function soak(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  let watch: MemoryWatch | undefined;
  try {
    const product = await startProduct(stage, options.dispatchers[0] ?? 1);
    await subscribeEach(stage, product, options.publishers);
    await warmUp(stage, product, options);
    const load = { ...options, bytes: options.bytes[0] ?? 1_000 };
    const { ratePerSecond, faults } = await rateFor(stage, product, options);
    watch = watchMemory([product.gateway, ...product.dispatchers], { postgres: stage.postgres.pid, redis: stage.redis.pid });
    const run = await steadyFlow(stage, product, { ...load, seconds: options.minutes * 60, ratePerSecond });
    watch.stop();
    return {
      title: `${options.minutes} minutes at ${Math.round(ratePerSecond)} events/s; the drift of the second half, as a share of its level`,
      rows: [...loadRows(run), ...memoryRows(watch.log, options.minutes)],
      faults: [...faults, ...run.faults],
    };
  } finally {
    watch?.stop();
    await stage.stop();
  }
}

/** What was asked for, or half of what is reached. */
async function rateFor(stage: Stage, product: Product, options: Options): Promise<{ ratePerSecond: number; faults: string[] }> {
  if (options.rate !== undefined) return { ratePerSecond: options.rate, faults: [] };
  const full = await steadyFlow(stage, product, { ...options, bytes: options.bytes[0] ?? 1_000, ratePerSecond: null });
  return { ratePerSecond: Math.max(1, full.deliveredPerSecond / 2), faults: full.faults };
}

const loadRows = (run: Outcome): Row[] => [
  { what: 'delivered', value: run.delivered },
  { what: 'publish p50', value: run.publish.p50, unit: 'ms' },
  { what: 'publish p99', value: run.publish.p99, unit: 'ms' },
  { what: 'end to end p50', value: run.endToEnd.p50, unit: 'ms' },
  { what: 'end to end p99', value: run.endToEnd.p99, unit: 'ms' },
  ...costRows('', [run], 'this load'),
];

function memoryRows(log: MemoryLog, minutes: number): Row[] {
  return Object.entries(log).flatMap(([name, all]): Row[] => {
    // What was seen after that is a stretch cut short, and the least of a few samples stands high.
    const samples = all.filter(before(minutes));
    const isOld = name.endsWith('long-lived objects');
    const of = (some: Sample[]): Drift => driftOf(isOld ? troughsOf(some, STRETCH_MINUTES) : some);
    const [settling, settled] = [before, after].map((half) => of(samples.filter(half(minutes * SETTLING))));
    const { level, perMinute } = settled!;
    // Redis and Postgres hold what they are told to hold: theirs is shown.
    const isJudged = isOld || name === 'gateway' || name === 'dispatcher';
    return [
      { what: `memory ${name}, first half`, value: settling!.level, unit: 'MB' },
      { what: `memory ${name}, second half`, value: level, unit: 'MB' },
      { what: `memory ${name}: drift`, value: perMinute, unit: 'MB/min', floor: level, ...(isJudged && { goal: { atMost: TIDE } }) },
    ];
  });
}

const before =
  (minute: number) =>
  ({ atMinutes }: Sample): boolean =>
    atMinutes < minute;

const after =
  (minute: number) =>
  ({ atMinutes }: Sample): boolean =>
    atMinutes >= minute;
