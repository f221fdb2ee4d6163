import { type Answer, operator, type RequestOptions, type TenantApi } from './api.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type AppProcess, type Environment, startGateway } from './processes.js';

/** One input that has to be refused. `row` is its number in the matrix of abuse. */
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
  /** How many rows each table has, as one text. Figures are left out: they are written behind, whatever was asked. */
  rowCounts: () => Promise<string>;
}

/** A gateway alone, with a tenant whose key may do everything. */
export async function startApi(env: Environment = {}): Promise<Api> {
  const db = await createTestDatabase();
  const gateway = await startGateway({ DATABASE_URL: db.url, ...env });
  const tenant = await operator(gateway.url).tenant('input');
  const tables = await db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname NOT IN ('rollups', 'backlog', 'tenant_backlogs') ORDER BY 1`,
  );
  const counting = `SELECT ${tables.map(({ name }) => `'${name}', (SELECT count(*) FROM ${name})`).join(', ')}`;
  return {
    db,
    gateway,
    tenant,
    rowCounts: async () => JSON.stringify(Object.values((await db.query(`SELECT json_build_object(${counting.slice(7)}) AS counts`))[0]!)),
  };
}

const partsOf = ({ to, body, headers = {} }: Pick<Refused, 'to' | 'body' | 'headers'>): [string, string, RequestOptions] => {
  const [method = '', path = ''] = to.split(/ (.*)/s);
  return [method, path, { body, headers }];
};

/** What every refusal has to look like, whatever was refused. */
export function expectProblem({ status, headers, body }: Answer<Problem>): void {
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ status, type: `urn:tidings:problem:${body.code}`, title: expect.any(String), detail: expect.any(String) });
  expect(body.code).toMatch(/^[a-z][a-z0-9_]*$/);
  expect(body.requestId).toBe(headers.get('x-request-id'));
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.js:\d|\.ts:\d|SELECT |INSERT |postgres|ECONN|127\.0\.0\.1:\d/i);
}

/** One test per input: its status and code, the shape of the answer, no row made or lost, and a gateway that goes on. */
export function itRefuses(api: () => Api, cases: Refused[]): void {
  it.each(cases)('row $row: $what ($to)', async (refused) => {
    const { tenant, rowCounts } = api();
    const before = await rowCounts();
    const answer = await tenant.send<Problem>(...partsOf(refused));
    expect({
      status: answer.status,
      code: answer.body.code,
      ...(refused.at === undefined ? {} : { at: answer.body.errors?.[0]?.path }),
    }).toEqual({
      status: refused.status,
      code: refused.code,
      ...(refused.at === undefined ? {} : { at: refused.at }),
    });
    expectProblem(answer);
    expect(await rowCounts()).toBe(before);
    expect((await tenant.send('GET', '/v1/events?limit=1')).status).toBe(200);
  });
}
