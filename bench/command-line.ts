import { parseArgs } from 'node:util';

export interface Options {
  /** Size of an event, in bytes; of several the first is the main one. */
  bytes: number[];
  /** Publishers, each with one request under way. */
  publishers: number;
  seconds: number;
  /** Seconds of full load before anything is measured: programs that live for weeks do not run the code of their first seconds. */
  warmUp: number;
  /** How often floor and product take turns. */
  rounds: number;
  dispatchers: number[];
  subscriptions: number[];
  /** Requests that a dispatcher has under way at once. */
  concurrency: number;
  /** Deliveries (and attempts) in the database beforehand. */
  rows: number;
  minutes: number;
  /** Events published in a second by the soak; undefined: half of what is reached. */
  rate: number | undefined;
  /** Consoles that are open, each with every screen that refreshes itself. */
  consoles: number;
  maxEvents: number;
  queue: 'redis' | 'postgres';
  durable: boolean;
  /** Folder for CPU profiles of the programs; undefined: none. */
  profile: string | undefined;
  /** Flags of Node for the programs, as NODE_OPTIONS takes them. */
  nodeOptions: string | undefined;
  /** File that the report goes to as well, Markdown or JSON by its name; undefined: none. */
  out: string | undefined;
}

const DEFAULTS: Options = {
  bytes: [1_000],
  publishers: 64,
  seconds: 5,
  warmUp: 15,
  rounds: 2,
  dispatchers: [1],
  subscriptions: [10, 100, 1_000, 5_000],
  concurrency: 256,
  rows: 1_000_000,
  minutes: 5,
  rate: undefined,
  consoles: 1,
  maxEvents: 1_000_000,
  queue: 'redis',
  durable: true,
  profile: undefined,
  nodeOptions: undefined,
  out: undefined,
};

export const OPTIONS_HELP = `Options, several values separated by commas:
  --bytes 1000,100,32768       size of an event
  --publishers 64              each with one request under way, and one subscription
  --subscriptions 10,100       of fan-out and filters
  --dispatchers 1,2,4          processes
  --concurrency 256            requests that a dispatcher has under way at once
  --seconds 5, --rounds 2      of one measurement, and how often floor and product take turns
  --warm-up 15                 seconds of full load before the first measurement
  --minutes 5, --rate 200      of the soak; the rate in events per second, else half of what is reached
  --consoles 1                 that are open
  --rows 10000000              deliveries in the database of the grown run
  --max-events 1000000         the end of any load
  --queue redis|postgres       where wake-ups wait
  --not-durable                commits do not wait for the disk
  --node-options=--flag        flags of Node for the programs
  --profile <folder>           CPU profiles of the programs, and their dearest places
  --out <file.json|file.md>    keeps the report`;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const text = { type: 'string' } as const;
const FLAGS = {
  bytes: text,
  publishers: text,
  seconds: text,
  'warm-up': text,
  rounds: text,
  dispatchers: text,
  subscriptions: text,
  concurrency: text,
  rows: text,
  minutes: text,
  rate: text,
  consoles: text,
  'max-events': text,
  queue: text,
  'not-durable': { type: 'boolean' },
  profile: text,
  'node-options': text,
  out: text,
} as const;

/** Reads `<name> [--seconds 5] [--bytes 100,1000] …`. Throws UsageError that says what is wrong. */
export function readCommandLine(
  args: string[],
  defaultsOf: (name: string) => Partial<Options> | undefined,
): { name: string; options: Options } {
  const { values, positionals } = parse(args);
  const [name = '', ...rest] = positionals;
  const own = defaultsOf(name);
  if (!own || rest.length > 0)
    throw new UsageError(name === '' ? 'Say which bench to run.' : `There is no bench "${positionals.join(' ')}".`);
  const base = { ...DEFAULTS, ...own };
  const one = <Fallback extends number | undefined>(flag: string, given: string | undefined, fallback: Fallback): number | Fallback =>
    given === undefined ? fallback : numberOf(flag, given);
  const many = (flag: string, given: string | undefined, fallback: number[]): number[] =>
    given === undefined ? fallback : given.split(',').map((part) => numberOf(flag, part));
  const { queue = base.queue } = values;
  if (values.out !== undefined && !/\.(md|json)$/.test(values.out)) throw new UsageError('--out is a file that ends in .md or .json.');
  if (queue !== 'redis' && queue !== 'postgres') throw new UsageError('--queue is redis or postgres.');
  const options: Options = {
    bytes: many('bytes', values.bytes, base.bytes),
    publishers: one('publishers', values.publishers, base.publishers),
    seconds: one('seconds', values.seconds, base.seconds),
    warmUp: one('warm-up', values['warm-up'], base.warmUp),
    rounds: one('rounds', values.rounds, base.rounds),
    dispatchers: many('dispatchers', values.dispatchers, base.dispatchers),
    subscriptions: many('subscriptions', values.subscriptions, base.subscriptions),
    concurrency: one('concurrency', values.concurrency, base.concurrency),
    rows: one('rows', values.rows, base.rows),
    minutes: one('minutes', values.minutes, base.minutes),
    rate: one('rate', values.rate, base.rate),
    consoles: one('consoles', values.consoles, base.consoles),
    maxEvents: one('max-events', values['max-events'], base.maxEvents),
    queue,
    durable: values['not-durable'] ? false : base.durable,
    profile: values.profile,
    nodeOptions: values['node-options'],
    out: values.out,
  };
  return { name, options };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function numberOf(flag: string, given: string): number {
  const value = Number(given);
  if (given.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new UsageError(`--${flag} takes numbers above 0, not "${given}".`);
  return value;
}
