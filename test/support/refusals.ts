import { type Answer, operator, type RequestOptions, type TenantApi } from './api.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { eventually } from './eventually.js';
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

/** One input that has to be refused. `row` is its number in rows.json. */
export interface Refused {
  row: number;
  what: string;
  /** `POST /v1/events` */
  to: string;
  body?: unknown;
  headers?: Record<string, string>;
  status: number;
  code: string;
  /** JSON Pointer of the first faulty field. */
  at?: string;
}

export interface Api {
  db: TestDatabase;
  gateway: AppProcess;
  tenant: TenantApi;
  /** How many rows each table has, as one text. Figures are left out: they are written behind, whatever was asked. */
  rowCounts: () => Promise<string>;
  /** Everything that a refused request must leave as it is, as one text. */
  traces: () => Promise<string>;
  /** Waits until nothing that was taken before is still on its way. */
  settle: () => Promise<void>;
}

/** A gateway alone, with a tenant whose key may do everything. */
export async function startApi(env: Environment = {}): Promise<Api> {
  const db = await createTestDatabase();
  const gateway = await startGateway({ DATABASE_URL: db.url, ...env });
  const tenant = await operator(gateway.url).tenant('input');
  const rowCounts = await rowCounter(db);
  const jobsAdded = `SELECT max(id) AS n FROM bullmq.event WHERE event = 'added'`;
  const traces = async (): Promise<string> => `${await rowCounts()}, jobs ${(await db.query<{ n: string }>(jobsAdded))[0]?.n}`;
  const settle = () => eventually(async () => expect(await traces()).toBe(await traces()));
  return { db, gateway, tenant, rowCounts, traces, settle };
}

/** The counts of quotas and the figures are left out: they are written for every request, or with time alone. */
async function rowCounter(db: TestDatabase): Promise<() => Promise<string>> {
  const tables = await db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
       AND c.relname NOT IN ('rollups', 'backlog', 'tenant_backlogs') ORDER BY 1`,
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

/** A generous bound: a refusal takes milliseconds, and a busy machine may take a second. */
const PATIENCE_MS = 5_000;
/**
 * Has an input refused and expects that nothing came of it: no row in any table, no job, no call to anybody, and a gateway that answers
 * the next request.
 */
export async function leavingNoTrace<T extends { status: number }>(api: Api, attack: () => Promise<T>): Promise<T> {
  await api.settle();
  const before = await api.traces();
  const began = performance.now();
  const answer = await attack();
  expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
  expect(answer.status).not.toBe(500);
  expect(await api.traces()).toBe(before);
  expect((await api.tenant.send('GET', '/v1/events?limit=1')).status).toBe(200);
  return answer;
}

const partsOf = ({ to, body, headers = {} }: Pick<Refused, 'to' | 'body' | 'headers'>): [string, string, RequestOptions] => {
  const [method = '', path = ''] = to.split(/ (.*)/s);
  return [method, path, { body, headers }];
};

/** Status, code and first faulty field where one is expected. */
const verdict = ({ at }: Refused, { status, body }: Answer<Problem>): string =>
  [status, body.code, ...(at === undefined ? [] : [body.errors?.[0]?.path])].join(' ');

const shortened = (text: string): string => text.replace(/\?.{60}.*/s, (query) => `${query.slice(0, 60)}…`);

/** One test per input: its status and code, the shape of the answer, and no trace of it. */
export function itRefuses(api: () => Api, cases: Refused[]): void {
  const named = cases.map((one) => ({ ...one, place: shortened(one.to) }));
  it.each(named)('row $row: $what ($place) → $status $code', async (refused) => {
    const answer = await leavingNoTrace(api(), () => api().tenant.send<Problem>(...partsOf(refused)));
    expect(verdict(refused, answer)).toBe([refused.status, refused.code, ...(refused.at === undefined ? [] : [refused.at])].join(' '));
    expectProblem(answer);
  });
}
