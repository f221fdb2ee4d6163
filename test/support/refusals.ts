import { type Answer, operator, type TenantApi } from './api.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type AppProcess, type Environment, startGateway } from './processes.js';

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: { path: string; code: string; message: string }[];
  requestId: string;
}

export interface Api {
  db: TestDatabase;
  gateway: AppProcess;
  tenant: TenantApi;
  /** How many rows each table has, as one text. */
  rowCounts: () => Promise<string>;
  /** A number that grows with each job the queue gets. */
  jobsAdded: () => Promise<number>;
}

/** A gateway alone, with a tenant whose key may do everything. */
export async function startApi(env: Environment = {}): Promise<Api> {
  const db = await createTestDatabase();
  const gateway = await startGateway({ DATABASE_URL: db.url, ...env });
  const tenant = await operator(gateway.url).tenant('input');
  const jobsAdded = async () =>
    Number((await db.query<{ n: string }>(`SELECT max(id) AS n FROM bullmq.event WHERE event = 'added'`))[0]?.n ?? 0);
  return { db, gateway, tenant, rowCounts: await rowCounter(db), jobsAdded };
}

async function rowCounter(db: TestDatabase): Promise<() => Promise<string>> {
  const tables = await db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  );
  const counts = tables.map(({ name }) => `'${name}', (SELECT count(*) FROM ${name})`).join(', ');
  const counting = `SELECT json_build_object(${counts}) AS counts`;
  return async () => JSON.stringify((await db.query<{ counts: object }>(counting))[0]?.counts);
}

/** What no answer may give away. */
const SECRETS = /node_modules|\.js:\d|\.ts:\d|SELECT |INSERT |postgres|ECONN|127\.0\.0\.1:\d/i;

export const expectNothingLeaks = (text: string): void => expect(text).not.toMatch(SECRETS);

/** What every refusal of the native API has to look like, whatever was refused. */
export function expectProblem({ status, headers, body }: Answer<Problem>): void {
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ status, type: `urn:tidings:problem:${body.code}`, title: expect.any(String), detail: expect.any(String) });
  expect(body.code).toMatch(/^[a-z][a-z0-9_]*$/);
  expect(body.requestId).toBe(headers.get('x-request-id'));
  expectNothingLeaks(JSON.stringify(body));
}
