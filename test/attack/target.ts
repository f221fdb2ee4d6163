import { eventually } from '../support/eventually.js';
import { type AppProcess, type Environment, startDispatcher } from '../support/processes.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { type Api, startApi } from '../support/refusals.js';
import { CANARY_HOST } from '../support/test-settings.js';

/** Everything that an attack may try to move: the whole product as processes, a receiver it may call, and a canary that nothing may reach. */
export interface Target extends Api {
  dispatcher: AppProcess;
  receiver: Receiver;
  canary: Receiver;
}

/** Events of this type have a subscription that brings them to the receiver's path of the same name. */
const VALID = 'valid';

export async function startTarget(env: Environment = {}): Promise<Target> {
  const api = await startApi({ OUTBOX_GRACE_MS: '200', ...env });
  const dispatcher = await startDispatcher({ DATABASE_URL: api.db.url, SWEEP_INTERVAL_MS: '100', OUTBOX_GRACE_MS: '200', ...env });
  const receiver = await startReceiver();
  // On the receiver's port, so that a url that is led astray would find it there.
  const canary = await startReceiver({ host: CANARY_HOST, port: receiver.port });
  const target = { ...api, dispatcher, receiver, canary };
  const traces = async (): Promise<string> => `${await api.traces()}, calls ${receiver.requests.length}, canary ${canary.requests.length}`;
  return { ...target, traces, settle: () => untilQuiet(target) };
}

/** Waits until nothing that was taken before is still on its way, so that what moves from then on was moved by what comes next. */
export const untilQuiet = ({ db }: Pick<Api, 'db'>): Promise<void> =>
  eventually(async () => {
    const [left] = await db.query(
      `SELECT (SELECT count(*)::int FROM event_outbox) AS waiting,
         (SELECT count(*)::int FROM deliveries WHERE state = 'sending' OR ended_at IS NULL AND due_at < now() + interval '5 seconds') AS open,
         (SELECT count(*)::int FROM bullmq.job WHERE state NOT IN ('completed', 'failed')) AS jobs`,
    );
    expect(left).toEqual({ waiting: 0, open: 0, jobs: 0 });
  });

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
