import { setTimeout as pause } from 'node:timers/promises';
import type { ConsoleHandlers, Poll, Watched } from '../children/console.js';
import { type Child, startChild } from '../children/child.js';
import type { Options } from '../command-line.js';
import { type Cost, startMeter } from '../measure/meter.js';
import { latencyOf, median } from '../measure/percentiles.js';
import type { Row } from '../measure/table.js';
import type { Report } from '../report.js';
import { type Outcome, type Product, startProduct } from '../stage/flow.js';
import { pollsOf, signIn } from '../stage/open-console.js';
import { openStage, type Stage } from '../stage/stage.js';
import { steadyFlow, subscribeEach, warmUp } from './steady.js';

/** How much faster than in life the screens ask where their cost is taken: it is to stand out from what the programs do anyway. */
const PACE = 20;

interface Round {
  alone: Outcome;
  watched: Outcome;
  /** With nothing to do, and with the screens asking PACE times as often. */
  idle: Cost;
  asking: Cost;
  calls: Watched;
}

/**
 * What open consoles take from the throughput. The rates with and without them differ less than two runs do, so the verdict is by CPU:
 * what the screens' requests cost, measured while nothing else happens, against what the programs spend at full load.
 */
export async function consoles(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  const watcher = startChild<ConsoleHandlers>('console');
  try {
    const product = await startProduct(stage, options.dispatchers[0] ?? 1);
    await subscribeEach(stage, product, options.publishers);
    await warmUp(stage, product, options);
    const screens = await openScreens(product, watcher, options.consoles);
    const rounds: Round[] = [];
    for (let i = 0; i < options.rounds; i++) rounds.push(await measureRound(stage, product, screens, options, i % 2 === 0));
    return reportOf(rounds, options);
  } finally {
    watcher.stop();
    await stage.stop();
  }
}

/** Has the screens ask for some seconds, so many times as often as in life. */
type Screens = (seconds: number, pace: number) => Promise<Watched>;

async function openScreens(product: Product, watcher: Child<ConsoleHandlers>, count: number): Promise<Screens> {
  const { body } = await product.tenant.send<{ items: { id: string }[] }>('GET', '/v1/subscriptions?limit=100');
  const session = await signIn(product);
  const one = pollsOf(body.items.map(({ id }) => id));
  const polls = (pace: number): Poll[] =>
    Array.from({ length: count }, () => one.map(({ path, everyMs }) => ({ path, everyMs: everyMs / pace }))).flat();
  return (seconds, pace) => watcher.call('watch', { ...session, polls: polls(pace), seconds });
}

async function measureRound(stage: Stage, product: Product, screens: Screens, options: Options, isAloneFirst: boolean): Promise<Round> {
  const load = { ...options, bytes: options.bytes[0] ?? 1_000, ratePerSecond: null };
  const flow = (): Promise<Outcome> => steadyFlow(stage, product, load);
  const flowWatched = async (): Promise<Outcome> => (await Promise.all([flow(), screens(options.seconds, 1)]))[0];
  const early = isAloneFirst ? await flow() : await flowWatched();
  const late = isAloneFirst ? await flowWatched() : await flow();
  const metered = async <T>(work: () => Promise<T>): Promise<[Cost, T]> => {
    const stop = await startMeter(stage, [product.gateway, ...product.dispatchers]);
    const result = await work();
    return [await stop(), result];
  };
  const [idle] = await metered(() => pause(options.seconds * 1_000));
  const [asking, calls] = await metered(() => screens(options.seconds, PACE));
  const [alone, watched] = isAloneFirst ? [early, late] : [late, early];
  return { alone, watched, idle, asking, calls };
}

const cpuSecondsOf = ({ usage }: Cost): number => Object.values(usage).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
const cpuPerSecond = (cost: Cost): number => cpuSecondsOf(cost) / cost.seconds;

const DEAREST = 5;

/** The statements that took Postgres longest while only the screens asked. */
const statementRows = ({ asking }: Round): Row[] =>
  asking.statements.slice(0, DEAREST).map(({ query, calls, totalMs }) => ({
    what: `Postgres: ${query.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '').slice(0, 60)}`,
    value: `${calls} × ${(totalMs / calls).toFixed(2)} ms`,
  }));

function reportOf(rounds: Round[], options: Options): Report {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const perRequest = of(({ idle, asking, calls }) => ((cpuPerSecond(asking) - cpuPerSecond(idle)) * calls.seconds) / calls.requests);
  const asked = of(({ calls }) => calls.requests / calls.seconds) / PACE;
  const atLoad = of(({ alone }) => cpuPerSecond(alone.cost));
  const perDelivery = (pick: (round: Round) => Outcome): number =>
    of((round) => cpuSecondsOf(pick(round).cost) / pick(round).delivered) * 1e6;
  const latency = latencyOf(rounds.flatMap(({ calls }) => calls.latenciesMs));
  const rows: Row[] = [
    { what: 'requests of the consoles', value: asked, unit: '/s' },
    { what: 'CPU per request, all programs', value: perRequest * 1e6, unit: 'µs' },
    { what: 'CPU of the consoles', value: perRequest * asked * 60, unit: 's/min' },
    { what: 'CPU of the programs at full load', value: atLoad * 60, unit: 's/min' },
    { what: 'throughput that the consoles leave, by CPU', value: 1 - (perRequest * asked) / atLoad, goal: { atLeast: 0.98 } },
    {
      what: 'delivered with them (floor: without)',
      value: of(({ watched }) => watched.deliveredPerSecond),
      unit: '/s',
      floor: of(({ alone }) => alone.deliveredPerSecond),
    },
    {
      what: 'CPU with them (floor: without)',
      value: perDelivery(({ watched }) => watched),
      unit: 'µs/delivery',
      floor: perDelivery(({ alone }) => alone),
    },
    { what: 'a screen’s request p50', value: latency.p50, unit: 'ms' },
    { what: 'a screen’s request p99', value: latency.p99, unit: 'ms' },
    ...statementRows(rounds.at(-1)!),
  ];
  return {
    title: `${options.consoles} consoles, each with overview, live deliveries and subscriptions open; ${options.rounds} rounds, taking turns`,
    rows,
    faults: rounds.flatMap(({ alone, watched, calls }) => [
      ...alone.faults,
      ...watched.faults,
      ...Object.entries(calls.refused).map(([status, count]) => `${count} requests of the consoles answered ${status}`),
    ]),
  };
}
