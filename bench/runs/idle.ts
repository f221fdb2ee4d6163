import { setTimeout as pause } from 'node:timers/promises';
import type { Options } from '../command-line.js';
import { type Cost, startMeter } from '../measure/meter.js';
import type { Row } from '../measure/table.js';
import type { Report } from '../report.js';
import type { App } from '../stage/product.js';
import { openStage, type Stage } from '../stage/stage.js';

const SETTLE_MS = 3_000;

/**
 * What the programs cost while nothing happens. One after the other is started, so that what the servers are asked can be told apart:
 * the gateway's part first, and the dispatcher's as what comes on top.
 */
export async function idle(options: Options): Promise<Report> {
  const stage = await openStage({ ...options, profileDir: options.profile, env: {} });
  try {
    const none = await watch(stage, [], options.seconds);
    const gateway = await stage.start('gateway');
    const withGateway = await watch(stage, [gateway], options.seconds);
    const dispatcher = await stage.start('dispatcher');
    const withBoth = await watch(stage, [gateway, dispatcher], options.seconds);
    const database = withBoth.usage['postgres']!.cpuSeconds / withBoth.seconds;
    return {
      title: `nothing to do for ${options.seconds} s`,
      rows: [
        ...rowsOf('gateway', withGateway, none),
        ...rowsOf('dispatcher', withBoth, withGateway),
        { what: 'postgres: CPU, for both', value: database * 100, unit: '% of a core' },
      ],
      faults: [],
    };
  } finally {
    await stage.stop();
  }
}

/** Characters of a statement by which it is found in the sources. */
const SHOWN = 90;

const shortened = (query: string): string => query.replaceAll(/\s+/g, ' ').replaceAll('|', '').slice(0, SHOWN);

async function watch(stage: Stage, apps: App[], seconds: number): Promise<Cost> {
  await pause(SETTLE_MS);
  const stop = await startMeter(stage, apps);
  await pause(seconds * 1_000);
  return stop();
}

/** Each statement that came on top, the most frequent first. */
function statementRows(program: string, now: Cost, before: Cost): Row[] {
  const known = new Map(before.statements.map(({ id, calls }) => [id, calls / before.seconds]));
  return now.statements
    .map(({ id, query, calls }) => ({ query, perSecond: calls / now.seconds - (known.get(id) ?? 0) }))
    .filter(({ perSecond }) => perSecond > 1 / now.seconds)
    .toSorted((a, b) => b.perSecond - a.perSecond)
    .map(({ query, perSecond }) => ({ what: `${program}: ${shortened(query)}`, value: perSecond, unit: '/s' }));
}

const statementsPerSecond = ({ statements, seconds }: Cost): number => statements.reduce((sum, { calls }) => sum + calls, 0) / seconds;

function rowsOf(program: string, now: Cost, before: Cost): Row[] {
  const cpu = (now.usage[program]?.cpuSeconds ?? NaN) / now.seconds;
  return [
    { what: `${program}: CPU`, value: cpu * 100, unit: '% of a core', goal: { below: 1 } },
    { what: `${program}: memory`, value: now.usage[program]?.memoryMb ?? NaN, unit: 'MB' },
    {
      what: `${program}: Redis commands`,
      value: now.redisCommands / now.seconds - before.redisCommands / before.seconds,
      unit: '/s',
      goal: { below: 5 },
    },
    { what: `${program}: statements`, value: statementsPerSecond(now) - statementsPerSecond(before), unit: '/s', goal: { below: 5 } },
    ...statementRows(program, now, before),
  ];
}
