import { scrape } from '../support/metrics.js';
import { type AppProcess, startGateway } from '../support/processes.js';
import { publishOnce, publishUntilAccepted } from './publisher.js';
import { openStage, type Stage, through } from './stage.js';

let stage: Stage;
let dispatcher: AppProcess;

beforeAll(async () => {
  stage = await openStage();
  dispatcher = await stage.dispatcher();
});

const sweptEvents = async (): Promise<number> => (await scrape(dispatcher.metricsUrl)).value('tidings_recovered_total', { what: 'event' });

describe('an event whose gateway is killed between its commit and its wake-up', () => {
  it('is delivered all the same, and the repeat of its publish is answered with the same id', async () => {
    const { database, receiver, tenant, ledger } = stage;
    const subscription = await stage.subscribe('orphan');
    const doomed = await startGateway({ ...stage.env, FAIL_POINT: 'crash-after-commit' });
    const died = doomed.expectExit();
    const unanswered = await publishOnce(through(doomed, tenant), 'orphan', 'orphan-1');
    expect(unanswered.status).toBe(0);
    expect(await died).toMatchObject({ signal: 'SIGKILL' });

    const [request] = await receiver.waitFor(1);
    const replacement = await startGateway({ ...stage.env, PORT: new URL(doomed.url).port });
    const repeat = await publishUntilAccepted(through(replacement, tenant), 'orphan', 'orphan-1');
    expect(repeat).toMatchObject({ id: request?.headers['webhook-id'], isDuplicate: true });
    expect(await sweptEvents()).toBe(1);
    expect(await database.query('SELECT count(*)::int AS n FROM events')).toEqual([{ n: 1 }]);
    ledger.expect(repeat.id, [subscription]);
    await ledger.check({ duplicates: 0 });
  });

  it('is found by the sweep, no sooner than its wake-up had its chance', async () => {
    const { receiver, tenant, ledger } = stage;
    const graceMs = 1_000;
    const sweptBefore = await sweptEvents();
    const subscription = await stage.subscribe('forgotten');
    const gateway = await startGateway({ ...stage.env, FAIL_POINT: 'skip-wake', OUTBOX_GRACE_MS: String(graceMs) });
    const { id } = await publishUntilAccepted(through(gateway, tenant), 'forgotten');
    ledger.expect(id, [subscription]);
    const request = await receiver.waitFor(({ path }) => path === '/forgotten');
    const [event] = await stage.database.query<{ at: Date }>(`SELECT accepted_at AS at FROM events WHERE type = 'forgotten'`);
    const waitedMs = request.receivedAt - event!.at.getTime();
    expect(waitedMs).toBeGreaterThanOrEqual(graceMs);
    expect(waitedMs).toBeLessThanOrEqual(graceMs + 3_000);
    expect(await sweptEvents()).toBe(sweptBefore + 1);
    await ledger.check({ duplicates: 0 });
  });
});
