import { parseArgs } from 'node:util';

export interface Options {
  /** Size of an event, in bytes; of several the first is the main one. */
  bytes: number[];
  /** Publishers, each with one request under way. */
  publishers: number;
  seconds: number;
  /** How often floor and product take turns. */
  rounds: number;
  dispatchers: number[];
  subscriptions: number[];
  /** Requests that a dispatcher has under way at once. */
  concurrency: number;
  /** Deliveries (and attempts) in the database beforehand. */
  rows: number;
  minutes: number;
  maxEvents: number;
  queue: 'redis' | 'postgres';
  durable: boolean;
  /** Folder for CPU profiles of the programs; undefined: none. */
  profile: string | undefined;
}

const DEFAULTS: Options = {
  bytes: [1_000],
  publishers: 64,
  seconds: 5,
  rounds: 2,
  dispatchers: [1],
  subscriptions: [10, 100, 1_000, 5_000],
  concurrency: 256,
  rows: 1_000_000,
  minutes: 5,
  maxEvents: 1_000_000,
  queue: 'redis',
  durable: true,
  profile: undefined,
};

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const text = { type: 'string' } as const;
const FLAGS = {
  bytes: text,
  publishers: text,
  seconds: text,
  rounds: text,
  dispatchers: text,
  subscriptions: text,
  concurrency: text,
  rows: text,
  minutes: text,
  'max-events': text,
  queue: text,
  'not-durable': { type: 'boolean' },
  profile: text,
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
  const one = (flag: string, given: string | undefined, fallback: number): number =>
    given === undefined ? fallback : numberOf(flag, given);
  const many = (flag: string, given: string | undefined, fallback: number[]): number[] =>
    given === undefined ? fallback : given.split(',').map((part) => numberOf(flag, part));
  const { queue = base.queue } = values;
  if (queue !== 'redis' && queue !== 'postgres') throw new UsageError('--queue is redis or postgres.');
  const options: Options = {
    bytes: many('bytes', values.bytes, base.bytes),
    publishers: one('publishers', values.publishers, base.publishers),
    seconds: one('seconds', values.seconds, base.seconds),
    rounds: one('rounds', values.rounds, base.rounds),
    dispatchers: many('dispatchers', values.dispatchers, base.dispatchers),
    subscriptions: many('subscriptions', values.subscriptions, base.subscriptions),
    concurrency: one('concurrency', values.concurrency, base.concurrency),
    rows: one('rows', values.rows, base.rows),
    minutes: one('minutes', values.minutes, base.minutes),
    maxEvents: one('max-events', values['max-events'], base.maxEvents),
    queue,
    durable: values['not-durable'] ? false : base.durable,
    profile: values.profile,
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
