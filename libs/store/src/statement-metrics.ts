import type { Metrics } from '#observability/metrics.js';
import type { Pool } from 'pg';
import { type DatabaseFault, databaseFault } from './storage-error.js';

const FAULTS: DatabaseFault[] = ['away', 'no_connection', 'timeout', 'overtaken', 'locked', 'refused'];

/**
 * Times the pools' statements, with their wait for a connection, and counts those that failed. Those of the hot path have names, which are
 * the code's own and so are few; the others are `other`. What runs inside a transaction is not seen here.
 */
export function timeStatements(pools: readonly Pool[], metrics: Metrics): void {
  const times = metrics.histogram(
    'tidings_statement_seconds',
    'Time of one statement, with its wait for a connection.',
    ['statement'],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  );
  const errors = metrics.counter('tidings_database_errors_total', 'Statements and idle connections that failed, by what of.', ['fault']);
  for (const fault of FAULTS) errors.inc({ fault }, 0);
  const failed = (error: unknown): void => errors.inc({ fault: databaseFault(error) });
  for (const pool of pools) watch(pool, (name, seconds) => times.observe({ statement: name }, seconds), failed);
}

function watch(pool: Pool, took: (name: string, seconds: number) => void, failed: (error: unknown) => void): void {
  pool.on('error', failed);
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  const timed = (...args: unknown[]): unknown => {
    const startedAt = performance.now();
    const result = query(...args);
    if (!(result instanceof Promise)) return result;
    result.then(() => took(nameOf(args[0]), (performance.now() - startedAt) / 1_000), failed);
    return result;
  };
  pool.query = timed as Pool['query'];
}

const nameOf = (statement: unknown): string =>
  typeof statement === 'object' && statement !== null && 'name' in statement && typeof statement.name === 'string'
    ? statement.name
    : 'other';
