import pg from 'pg';
import { atEnd } from '../support/cleanup.js';
import { type OwnPostgres, type OwnPostgresOptions, startOwnPostgres } from '../support/postgres.js';
import { runMigrate } from '../support/processes.js';
import type { TestStore } from './stage.js';

/** A Postgres of this file alone with our schema in it, for a test that stops it. */
export async function startMigratedPostgres(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const postgres = await startOwnPostgres(options);
  expect(await runMigrate({ DATABASE_URL: postgres.url })).toMatchObject({ code: 0 });
  return postgres;
}

/** Queries that outlive the server's restarts. */
export function storeAt(url: string): TestStore {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  atEnd('pool', () => pool.end());
  return {
    url,
    query: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) => (await pool.query<Row>(sql, values)).rows,
  };
}
