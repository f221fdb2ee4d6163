import type { App } from '../stage/product.js';
import type { Stage } from '../stage/stage.js';
import { type Usage, usageOf } from './processes.js';
import { countCommands } from './redis-commands.js';
import { readStatements, resetStatements, type Statement } from './statements.js';

/** What a stretch of time has cost. */
export interface Cost {
  seconds: number;
  /** By program: CPU spent in this time, and the most memory seen. */
  usage: Record<string, Usage>;
  statements: Statement[];
  redisCommands: number;
  /** Bytes of write-ahead log, and bytes by which the database has grown. */
  walBytes: number;
  storedBytes: number;
}

const SAMPLE_MS = 200;

/** Starts measuring; the function it resolves to ends it. Programs of one kind are added up. */
export async function startMeter(stage: Stage, apps: readonly App[]): Promise<() => Promise<Cost>> {
  const programs = [
    ...apps.map(({ program, pid }) => ({ name: program, pid })),
    { name: 'postgres', pid: stage.postgres.pid },
    { name: 'redis', pid: stage.redis.pid },
  ];
  const sample = (): Record<string, Usage> => addUp(programs.map(({ name, pid }) => [name, usageOf(pid)]));
  await resetStatements(stage.db);
  const commands = await countCommands(stage.redisClient);
  const sizes = await readSizes(stage.db);
  const first = sample();
  const startedAt = performance.now();
  const most: Record<string, number> = {};
  const look = (): Record<string, Usage> => {
    const seen = sample();
    for (const [name, { memoryMb }] of Object.entries(seen)) most[name] = Math.max(most[name] ?? 0, memoryMb);
    return seen;
  };
  const timer = setInterval(look, SAMPLE_MS);
  return async () => {
    clearInterval(timer);
    const last = look();
    const seconds = (performance.now() - startedAt) / 1_000;
    const usage = Object.entries(last).map(([name, { cpuSeconds }]): [string, Usage] => [
      name,
      { cpuSeconds: cpuSeconds - (first[name]?.cpuSeconds ?? 0), memoryMb: most[name] ?? 0 },
    ]);
    const grown = await readSizes(stage.db);
    return {
      seconds,
      usage: Object.fromEntries(usage),
      statements: await readStatements(stage.db),
      redisCommands: (await countCommands(stage.redisClient)) - commands,
      walBytes: grown.wal - sizes.wal,
      storedBytes: grown.stored - sizes.stored,
    };
  };
}

async function readSizes(db: Stage['db']): Promise<{ wal: number; stored: number }> {
  const { rows } = await db.query<{ wal: number; stored: number }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS wal, pg_database_size(current_database())::float8 AS stored /* bench */`,
  );
  return rows[0]!;
}

function addUp(usages: [name: string, usage: Usage][]): Record<string, Usage> {
  const sums: Record<string, Usage> = {};
  for (const [name, { cpuSeconds, memoryMb }] of usages) {
    const sum = (sums[name] ??= { cpuSeconds: 0, memoryMb: 0 });
    sum.cpuSeconds += cpuSeconds;
    sum.memoryMb += memoryMb;
  }
  return sums;
}
