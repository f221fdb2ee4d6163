/** Which step of the walk a statement belongs to. */
export type Step = 'store' | 'fan-out' | 'claim' | 'record' | 'sweep' | 'queue' | 'other';

export interface Statement {
  /** The same for the same statement, however its text was kept. */
  id: string;
  query: string;
  calls: number;
  /** Returned or changed by all calls. */
  rows: number;
  /** Milliseconds of all calls. */
  totalMs: number;
  /** Pages read from memory or disk by all calls. */
  blocks: number;
}

/** Told by what only that statement says with or without its constants; the first that fits. Those that nobody claims here are `other`. */
const MARKS: [Step, RegExp][] = [
  ['queue', /\bbullmq\b|\bjob_|_job\b/i],
  ['store', /INSERT INTO events\b/],
  [
    'sweep',
    /^WITH expired AS|^SELECT EXISTS \(SELECT FROM deliveries|^WITH due AS \(SELECT event_id|^WITH due AS \(\s*SELECT id, subscription_id FROM deliveries WHERE due_at|RECURSIVE hop|\balerts\b/,
  ],
  ['record', /INSERT INTO attempts\b/],
  // A delivery that has room is born claimed: its insert is its claim.
  ['claim', /INSERT INTO deliveries\b|^WITH due AS|FROM claim_held_or_probe\(|^SELECT .* FROM events e WHERE e\.id = ANY/],
  ['fan-out', /event_outbox|FROM subscriptions/],
];

export const stepOf = (query: string): Step => MARKS.find(([, mark]) => mark.test(query.trim()))?.[0] ?? 'other';

/** Calls by step. */
export const callsByStep = (statements: readonly Statement[]): Record<Step, number> => sumsByStep(statements, ({ calls }) => calls);

/** Milliseconds in Postgres by step; waits for the disk, for locks and for a processor are in them. */
export const timeByStep = (statements: readonly Statement[]): Record<Step, number> => sumsByStep(statements, ({ totalMs }) => totalMs);

function sumsByStep(statements: readonly Statement[], pick: (statement: Statement) => number): Record<Step, number> {
  const sums: Record<Step, number> = { store: 0, 'fan-out': 0, claim: 0, record: 0, sweep: 0, queue: 0, other: 0 };
  for (const statement of statements) sums[stepOf(statement.query)] += pick(statement);
  return sums;
}

interface Database {
  query(sql: string): Promise<{ rows: unknown[] }>;
}

/** Forgets all counts; read the next ones with readStatements. */
export async function resetStatements(db: Database): Promise<void> {
  await db.query('SELECT pg_stat_statements_reset() /* bench */');
}

/** What this database was asked by others since the reset, dearest first. Needs the extension pg_stat_statements. */
export async function readStatements(db: Database): Promise<Statement[]> {
  const { rows } =
    await db.query(`SELECT queryid::text AS id, query, calls::int, rows::float8, total_exec_time AS "totalMs", (shared_blks_hit + shared_blks_read)::float8 AS blocks
    FROM pg_stat_statements WHERE toplevel AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND query NOT LIKE '%bench%' AND query !~ '^(BEGIN|COMMIT|SET|ROLLBACK)' ORDER BY total_exec_time DESC /* bench */`);
  return rows as Statement[];
}
