import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { atEnd } from './cleanup.js';
import { addresses, TEMPLATE } from './service-addresses.js';

export interface TestDatabase {
  url: string;
  name: string;
  /** Runs one statement and returns its rows. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Before the end of the file, which drops it otherwise. */
  drop(): Promise<void>;
}

/** A database of this test file alone: a clone of the migrated template, dropped after the file's last test. */
export async function createTestDatabase(template = TEMPLATE): Promise<TestDatabase> {
  const { postgresUrl } = addresses();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);

  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 4 });
  // A test may restart the server under an idle connection; the next query opens another.
  pool.on('error', () => undefined);
  const end = async (): Promise<void> => {
    await pool.end();
    // FORCE ends the sessions of processes that were killed a moment ago.
    await asAdmin(postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  const forget = atEnd(`database ${name}`, end);
  return {
    url: url.href,
    name,
    query: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) => (await pool.query<Row>(sql, values)).rows,
    drop: () => {
      forget();
      return end();
    },
  };
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
