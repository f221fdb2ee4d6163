import { readFileSync, statSync } from 'node:fs';
import type { Page } from '../../test/support/api-shapes.js';
import type { Options } from '../command-line.js';
import { type Latency, latencyOf } from '../measure/percentiles.js';
import { type Plan, readPlans } from '../measure/plans.js';
import { type Statement, type Step, stepOf } from '../measure/statements.js';
import type { Row } from '../measure/table.js';
import type { Report } from '../report.js';
import { type Filled, fillJournal } from '../stage/fill.js';
import { type Outcome, type Product, startProduct } from '../stage/flow.js';
import { openStage, type Stage } from '../stage/stage.js';
import { costRows, steadyFlow, subscribeEach, warmUp } from './steady.js';

/** What is compared: everything a delivery costs, and what people look at meanwhile. */
interface Look {
  /** Of several the middle one. */
  run: Outcome;
  faults: string[];
  calls: Record<string, Latency>;
  plans: Plan[];
}

const HOT = new Set<Step>(['store', 'fan-out', 'claim', 'record', 'sweep']);
const CALLS = 40;
/** An index grows by a page from root to leaf, which is no growth to speak of; a row is looked up in a few. */
const FEW_PAGES = 4;

/** The steady run, reading calls and hot statements on a database that has just begun, and on one that is full. */
export async function grown(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: { DISPATCH_CONCURRENCY: String(options.concurrency) } });
  try {
    const product = await startProduct(stage, options.dispatchers[0] ?? 1);
    await subscribeEach(stage, product, options.publishers);
    await warmUp(stage, product, options);
    const empty = await look(stage, product, options);
    const fill = await fillJournal(stage.db, await tenantUuid(stage), options.rows);
    await warmUp(stage, product, options);
    const full = await look(stage, product, options);
    return {
      title: `${options.rows.toLocaleString('en-US')} deliveries and attempts; the floor is the empty database`,
      rows: [...fillRows(fill), ...rateRows(empty, full), ...callRows(empty, full), ...statementRows(empty, full), ...planRows(full.plans)],
      faults: [...empty.faults, ...full.faults],
    };
  } finally {
    await stage.stop();
  }
}

async function tenantUuid({ db }: Stage): Promise<string> {
  const { rows } = await db.query<{ id: string }>('SELECT id FROM tenants ORDER BY created_at DESC LIMIT 1 /* bench */');
  return rows[0]!.id;
}

async function look(stage: Stage, product: Product, options: Options): Promise<Look> {
  const load = { ...options, bytes: options.bytes[0] ?? 1_000 };
  const runs: Outcome[] = [];
  for (let i = 0; i < options.rounds; i++) runs.push(await steadyFlow(stage, product, { ...load, ratePerSecond: null }));
  const faults = runs.flatMap((run) => run.faults);
  const calls = await readingCalls(product);
  const plans = await withPlans(stage, () => steadyFlow(stage, product, { ...load, seconds: 2, ratePerSecond: 20 }));
  return { run: middle(runs), faults, calls, plans };
}

/** The run whose rate is the median, or the slower of the two in the middle. */
const middle = (runs: readonly Outcome[]): Outcome =>
  runs.toSorted((a, b) => a.deliveredPerSecond - b.deliveredPerSecond)[Math.ceil(runs.length / 2) - 1]!;

async function readingCalls({ tenant }: Product): Promise<Record<string, Latency>> {
  const { body } = await tenant.send<Page<{ id: string; subscriptionId: string }>>('GET', '/v1/deliveries');
  const { id, subscriptionId } = body.items[0]!;
  const paths = {
    'list of deliveries': '/v1/deliveries',
    'list, of one subscription': `/v1/deliveries?subscription=${subscriptionId}`,
    'list, failed only': '/v1/deliveries?state=failed',
    'list, of an error that none has': '/v1/deliveries?error=none',
    'detail of a delivery': `/v1/deliveries/${id}`,
    'attempts of a delivery': `/v1/deliveries/${id}/attempts`,
    'list of events': '/v1/events',
    overview: '/v1/stats/overview',
    'numbers of a subscription': `/v1/subscriptions/${subscriptionId}/stats`,
    'figures of a row in the console': `/v1/subscriptions/stats?ids=${subscriptionId}`,
  };
  const seen: Record<string, Latency> = {};
  for (const [name, path] of Object.entries(paths)) {
    const durations: number[] = [];
    for (let i = 0; i < CALLS; i++) {
      const began = performance.now();
      const { status } = await tenant.send('GET', path);
      if (status !== 200) throw new Error(`GET ${path} answered ${status}.`);
      durations.push(performance.now() - began);
    }
    seen[name] = latencyOf(durations);
  }
  return seen;
}

/** Has Postgres log how it carries statements out, for as long as `work` lasts. */
async function withPlans({ db, postgresLog }: Stage, work: () => Promise<unknown>): Promise<Plan[]> {
  const set = async (values: Record<string, string>): Promise<void> => {
    for (const [name, value] of Object.entries(values)) await db.query(`ALTER SYSTEM SET auto_explain.${name} = '${value}' /* bench */`);
    await db.query('SELECT pg_reload_conf() /* bench */');
  };
  const from = statSync(postgresLog).size;
  await set({ log_analyze: 'on', log_buffers: 'on', log_format: 'json', log_min_duration: '0' });
  await work();
  await set({ log_min_duration: '-1', log_analyze: 'off' });
  return readPlans(readFileSync(postgresLog).subarray(from).toString('utf8')).filter(({ query }) => !query.includes('bench'));
}

const fillRows = ({ seconds, rows, bytes }: Filled): Row[] => [
  { what: 'filling', value: seconds, unit: 's' },
  { what: 'filling', value: rows / seconds, unit: 'rows/s' },
  { what: 'database', value: bytes / 1e9, unit: 'GB' },
];

function rateRows(empty: Look, full: Look): Row[] {
  const of = ({ run }: Look): Row[] => [
    ...costRows('', [run], 'full load'),
    { what: 'write-ahead log', value: run.cost.walBytes / run.delivered, unit: 'B/delivery' },
  ];
  const before = new Map(of(empty).map((row) => [row.what, row.value]));
  return [
    { what: 'delivered', value: full.run.deliveredPerSecond, unit: '/s', floor: empty.run.deliveredPerSecond, goal: { atLeast: 0.9 } },
    ...of(full).map(({ what, value, unit }): Row => ({ what, value, unit: unit!, floor: Number(before.get(what)) })),
  ];
}

const callRows = (empty: Look, full: Look): Row[] =>
  Object.entries(full.calls).map(([name, { p50 }]) => ({ what: `${name}: p50`, value: p50, unit: 'ms', floor: empty.calls[name]!.p50 }));

/** Pages say more than time does: they are the same on a busy machine. Per row, or per call of what finds none: batches differ in size. */
function statementRows(empty: Look, full: Look): Row[] {
  const before = new Map(empty.run.cost.statements.map((statement) => [statement.id, statement]));
  const pages = ({ blocks, rows, calls }: Statement): number => blocks / Math.max(rows, calls);
  return full.run.cost.statements
    .filter(({ query, calls }) => HOT.has(stepOf(query)) && calls > 1)
    .map((statement) => {
      const known = before.get(statement.id);
      return {
        what: `pages: ${named(statement.query)}`,
        value: pages(statement),
        ...(known && { floor: pages(known), goal: { atMost: mostGrowth(pages(known)) } }),
      };
    });
}

/** By half, or by a few pages where there are few; to two decimals, as it is shown. */
const mostGrowth = (pages: number): number => Math.round(100 * Math.max(1.5, 1 + FEW_PAGES / pages)) / 100;

/** The slowest of each hot statement. */
function planRows(plans: Plan[]): Row[] {
  const worst = new Map<string, Plan>();
  for (const plan of plans.filter(({ query }) => HOT.has(stepOf(query)))) {
    if ((worst.get(plan.query)?.ms ?? -1) < plan.ms) worst.set(plan.query, plan);
  }
  return [...worst.values()].map(({ query, ms, blocks, relations, readWhole }) => ({
    what: `plan: ${named(query)}`,
    value: `${ms.toFixed(2)} ms, ${blocks} pages, ${relations} relations${readWhole.length > 0 ? `, all of ${readWhole.join(' and ')}` : ''}`,
  }));
}

const named = (query: string): string => `${stepOf(query)}, ${query.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '').slice(0, 44)}`;
