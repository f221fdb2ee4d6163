import type { Answer, RequestOptions } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { type AppProcess, type Environment, startDispatcher } from '../support/processes.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { type Api, expectProblem, type Problem, startApi } from '../support/refusals.js';
import { CANARY_HOST } from '../support/test-settings.js';

/** Everything that an attack may try to move: the whole product as processes, a receiver it may call, and a canary that nothing may reach. */
export interface Target extends Api {
  dispatcher: AppProcess;
  receiver: Receiver;
  canary: Receiver;
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

/** A generous bound: a refusal takes milliseconds, and a busy machine may take a second. */
const PATIENCE_MS = 5_000;
/** Events of this type have a subscription that brings them to the receiver's path of the same name. */
const VALID = 'valid';

export async function startTarget(env: Environment = {}): Promise<Target> {
  const api = await startApi({ OUTBOX_GRACE_MS: '200', ...env });
  const dispatcher = await startDispatcher({ DATABASE_URL: api.db.url, SWEEP_INTERVAL_MS: '100', OUTBOX_GRACE_MS: '200', ...env });
  const receiver = await startReceiver();
  // On the receiver's port, so that a url that is led astray would find it there.
  const canary = await startReceiver({ host: CANARY_HOST, port: receiver.port });
  return { ...api, dispatcher, receiver, canary };
}

/** Waits until nothing that was taken before is still on its way, so that what moves from then on was moved by what comes next. */
export const untilQuiet = ({ db }: Target): Promise<void> =>
  eventually(async () => {
    const [left] = await db.query(
      `SELECT (SELECT count(*)::int FROM event_outbox) AS waiting,
         (SELECT count(*)::int FROM deliveries WHERE ended_at IS NULL AND due_at < now() + interval '5 seconds') AS open,
         (SELECT count(*)::int FROM bullmq.job WHERE state NOT IN ('completed', 'failed')) AS jobs`,
    );
    expect(left).toEqual({ waiting: 0, open: 0, jobs: 0 });
  });

const movedBy = async ({ rowCounts, jobsAdded, receiver, canary }: Target): Promise<string> =>
  `${await rowCounts()}, jobs ${await jobsAdded()}, calls ${receiver.requests.length}, canary ${canary.requests.length}`;

/**
 * Has an input refused and expects that nothing came of it: no row in any table, no job, no call to anybody, and a gateway that answers
 * the next request.
 */
export async function leavingNoTrace<T extends { status: number }>(target: Target, attack: () => Promise<T>): Promise<T> {
  await untilQuiet(target);
  const before = await movedBy(target);
  const began = performance.now();
  const answer = await attack();
  expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
  expect(answer.status).not.toBe(500);
  expect(await movedBy(target)).toBe(before);
  expect((await target.tenant.send('GET', '/v1/events?limit=1')).status).toBe(200);
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
export function itRefuses(target: () => Target, cases: Refused[]): void {
  const named = cases.map((one) => ({ ...one, place: shortened(one.to) }));
  it.each(named)('row $row: $what ($place) → $status $code', async (refused) => {
    const answer = await leavingNoTrace(target(), () => target().tenant.send<Problem>(...partsOf(refused)));
    expect(verdict(refused, answer)).toBe([refused.status, refused.code, ...(refused.at === undefined ? [] : [refused.at])].join(' '));
    expectProblem(answer);
  });
}

/**
 * The last test of a file: after all that, an event still reaches its receiver, and nobody else was ever called. `mayBeCalled` names the
 * receiver's paths that proofs of this file use.
 */
export function itStillDelivers(target: () => Target, mayBeCalled: RegExp = /^\/valid$/): void {
  it('after all this an event arrives as ever, and nothing was called that should not be', async () => {
    const { tenant, receiver, canary, gateway, dispatcher } = target();
    await tenant.subscribe({ url: `${receiver.url}/${VALID}`, eventTypes: [VALID] });
    const { id } = await tenant.publish({ type: VALID, data: 1 });
    await receiver.waitFor(({ path, headers }) => path === `/${VALID}` && headers['webhook-id'] === id);
    expect(receiver.requests.map(({ path }) => path).filter((path) => path !== `/${VALID}` && !mayBeCalled.test(path))).toEqual([]);
    expect(canary.requests).toEqual([]);
    for (const program of [gateway, dispatcher]) expect(program.logs()).not.toMatch(/"msg":"(request\.failed|gateway\.crashed)"/);
  });
}
