import type { Pool } from 'pg';
import type { TestDatabase } from './database.js';

interface Plan {
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}

/** What a statement cost when it ran: the pages it read, of which tables, and the indexes it went by. */
export interface Cost {
  pages: number;
  tables: string[];
  indexes: string[];
}

/** Runs a statement and tells what it read. */
export async function costOf(db: Pick<TestDatabase, 'query'>, { sql, values }: { sql: string; values: unknown[] }): Promise<Cost> {
  const [row] = await db.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`, values);
  const root = row!['QUERY PLAN'][0]!.Plan;
  const nodes: Plan[] = [];
  for (const queue = [root]; queue.length > 0;) {
    const node = queue.pop()!;
    nodes.push(node);
    queue.push(...(node.Plans ?? []));
  }
  return {
    pages: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    tables: [...new Set(nodes.flatMap((node) => node['Relation Name'] ?? []))],
    indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
  };
}

/** How many pages one connection of a pool read while something was done with it, one statement after the other. */
export async function pagesReadBy(pool: Pool, work: () => Promise<unknown>): Promise<number> {
  const before = await pagesRead(pool);
  await work();
  return (await pagesRead(pool)) - before;
}

async function pagesRead(pool: Pool): Promise<number> {
  await pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ pages: number }>(
    'SELECT sum(coalesce(hits, 0) + coalesce(reads, 0))::float8 AS pages FROM pg_stat_get_backend_io(pg_backend_pid())',
  );
  return rows[0]!.pages;
}
