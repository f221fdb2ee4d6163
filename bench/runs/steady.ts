import type { Options } from '../command-line.js';
import { median } from '../measure/percentiles.js';
import { callsByStep, type Step, timeByStep } from '../measure/statements.js';
import type { Row } from '../measure/table.js';
import type { Report } from '../report.js';
import { measureFlow, type Outcome, type Product, startProduct } from '../stage/flow.js';
import { endpointOf, openStage, type Stage } from '../stage/stage.js';
import {
  CLIENT_NAMES,
  type ClientFloor,
  type InsertFloor,
  measureClient,
  measureInsert,
  PRODUCT_CLIENT,
  typesOf,
  warmFloors,
} from './floors.js';

interface Round {
  floors: ClientFloor[];
  full: Outcome;
  half: Outcome;
  insert: InsertFloor;
}

/** Publish → receiver, as fast as it goes and at half of that, beside the bare loops; floor and product take turns. */
export async function steady(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  try {
    const product = await startProduct(stage, options.dispatchers[0] ?? 1);
    await subscribeEach(stage, product, options.publishers);
    await warmUp(stage, product, options);
    await warmFloors(stage, { ...options, bytes: options.bytes[0] ?? 1_000 });
    const report: Report = {
      title: `${options.publishers} publishers, one subscription each, receiver answers at once`,
      rows: [],
      faults: [],
    };
    for (const bytes of options.bytes) {
      const rounds: Round[] = [];
      for (let i = 0; i < options.rounds; i++) rounds.push(await measureRound(stage, product, { ...options, bytes }));
      report.rows.push(...rowsOf(`${bytes.toLocaleString('en-US')} B`, rounds));
      report.faults.push(...rounds.flatMap(({ full, half }) => [...full.faults, ...half.faults]));
    }
    return report;
  } finally {
    await stage.stop();
  }
}

export const pathOf = (type: string): string => `/to/${type}`;

/** One subscription for each publisher's type, at a path of its own. */
export async function subscribeEach(stage: Stage, { tenant }: Product, publishers: number): Promise<void> {
  for (const [i, type] of typesOf(publishers).entries())
    await tenant.subscribe({ url: endpointOf(stage, i, pathOf(type)), eventTypes: [type] });
}

type Load = Pick<Options, 'publishers' | 'seconds' | 'maxEvents'> & { bytes: number; ratePerSecond: number | null };

export const steadyFlow = (
  stage: Stage,
  product: Product,
  { publishers, seconds, maxEvents, bytes, ratePerSecond }: Load,
): Promise<Outcome> =>
  measureFlow(stage, product, {
    load: { types: typesOf(publishers), bytes, seconds, ratePerSecond, maxEvents },
    pathsOf: (type) => [pathOf(type)],
  });

/** Code that has been compiled, plans that are made, connections that are open. */
export async function warmUp(stage: Stage, product: Product, options: Options): Promise<void> {
  await steadyFlow(stage, product, { ...options, bytes: options.bytes[0] ?? 1_000, seconds: options.warmUp, ratePerSecond: null });
}

async function measureRound(stage: Stage, product: Product, load: Omit<Load, 'ratePerSecond'>): Promise<Round> {
  const floors: ClientFloor[] = [];
  for (const client of CLIENT_NAMES) floors.push(await measureClient(stage, client, load));
  const full = await steadyFlow(stage, product, { ...load, ratePerSecond: null });
  const ratePerSecond = Math.max(1, full.deliveredPerSecond / 2);
  const half = await steadyFlow(stage, product, { ...load, ratePerSecond });
  return { floors, full, half, insert: await measureInsert(stage, load, ratePerSecond) };
}

const STEPS: Step[] = ['store', 'fan-out', 'claim', 'record', 'sweep', 'other'];
const LEAN_STEPS = new Set<Step>(['store', 'claim', 'record']);

function rowsOf(size: string, rounds: Round[]): Row[] {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const row = (what: string, value: number, unit: string, rest: Partial<Row> = {}): Row => ({
    group: size,
    what,
    value,
    unit,
    ...rest,
  });
  const own = CLIENT_NAMES.indexOf(PRODUCT_CLIENT);
  const perDelivery = (pick: (outcome: Outcome) => number): number => of(({ full }) => pick(full) / full.delivered);
  const floorRate = (client: number) => of(({ floors }) => floors[client]!.queue.done / floors[client]!.queue.seconds);
  return [
    row(
      'accepted',
      of(({ full }) => full.acceptedPerSecond),
      '/s',
      { floor: of(({ insert }) => insert.acceptedPerSecond) },
    ),
    row(
      'delivered',
      of(({ full }) => full.deliveredPerSecond),
      '/s',
      { floor: floorRate(own), goal: { atLeast: 0.6 } },
    ),
    row(
      'publish p50, half load',
      of(({ half }) => half.publish.p50),
      'ms',
      { floor: of(({ insert }) => insert.atRate.p50) },
    ),
    row(
      'publish p99, half load',
      of(({ half }) => half.publish.p99),
      'ms',
      { floor: of(({ insert }) => insert.atRate.p99), goal: { atMost: 3 } },
    ),
    row(
      'publish p99, full load',
      of(({ full }) => full.publish.p99),
      'ms',
      { floor: of(({ insert }) => insert.full.p99) },
    ),
    row(
      'end to end p50, half load',
      of(({ half }) => half.endToEnd.p50),
      'ms',
      { floor: of(({ floors }) => floors[own]!.halfLoad.p50), goal: { atMost: 3 } },
    ),
    row(
      'end to end p99, half load',
      of(({ half }) => half.endToEnd.p99),
      'ms',
      { floor: of(({ floors }) => floors[own]!.halfLoad.p99), goal: { atMost: 5 } },
    ),
    ...CLIENT_NAMES.flatMap((client, i) => [
      row(`floor: BullMQ loop, ${client}`, floorRate(i), '/s'),
      row(
        `floor: POST loop, ${client}`,
        of(({ floors }) => floors[i]!.post.done / floors[i]!.post.seconds),
        '/s',
      ),
      row(
        `floor: CPU of the BullMQ loop, ${client}`,
        of(({ floors }) => (floors[i]!.queue.cpuSeconds * 1e6) / floors[i]!.queue.done),
        'µs/delivery',
      ),
    ]),
    ...Object.keys(rounds[0]!.full.cost.usage).map((name) =>
      row(
        `memory ${name}`,
        of(({ full }) => full.cost.usage[name]!.memoryMb),
        'MB',
      ),
    ),
    ...costRows(
      size,
      rounds.map(({ full }) => full),
      'full load',
    ),
    ...costRows(
      size,
      rounds.map(({ half }) => half),
      'half load',
    ),
    row(
      'Redis commands',
      perDelivery(({ cost }) => cost.redisCommands),
      '/delivery',
    ),
    row(
      'write-ahead log',
      perDelivery(({ cost }) => cost.walBytes),
      'B/delivery',
    ),
    row(
      'growth of the database',
      perDelivery(({ cost }) => cost.storedBytes),
      'B/delivery',
    ),
  ];
}

/** What a delivery costs. At half load fewer of them share a statement, so it costs more. */
export function costRows(group: string, outcomes: Outcome[], load: 'full load' | 'half load' | 'this load'): Row[] {
  const perDelivery = (pick: (cost: Outcome['cost']) => number): number =>
    median(outcomes.map((outcome) => pick(outcome.cost) / outcome.delivered));
  const goalOf = (step: Step): Partial<Row> => (load === 'full load' && LEAN_STEPS.has(step) ? { goal: { atMost: 0.2 } } : {});
  return [
    ...Object.keys(outcomes[0]!.cost.usage).map((name) => ({
      group,
      what: `CPU ${name}, ${load}`,
      value: perDelivery(({ usage }) => usage[name]!.cpuSeconds * 1e6),
      unit: 'µs/delivery',
    })),
    ...STEPS.map((step) => ({
      group,
      what: `statements ${step}, ${load}`,
      value: perDelivery(({ statements }) => callsByStep(statements)[step]),
      unit: '/delivery',
      ...goalOf(step),
    })),
    ...STEPS.map((step) => ({
      group,
      what: `time of statements ${step}, ${load}`,
      value: perDelivery(({ statements }) => timeByStep(statements)[step] * 1_000),
      unit: 'µs/delivery',
    })),
  ];
}
