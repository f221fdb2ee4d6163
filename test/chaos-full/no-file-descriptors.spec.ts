import { startDispatcher } from '../support/processes.js';
import { publishMany } from '../chaos/publisher.js';
import { openStage } from '../chaos/stage.js';

/** Enough for a dispatcher at rest, and for not nearly as many requests as it may have under way. */
const DESCRIPTORS = 96;
const EVENTS = 150;

describe('a dispatcher that has no file descriptors left', () => {
  it('charges no attempt for the requests that it could not open, and everything arrives', async () => {
    const stage = await openStage({ env: { LEASE_SLACK_MS: '10000' } });
    const { receiver, tenant, ledger, database } = stage;
    receiver.on('/crowded', { kind: 'answer', delayMs: 700 });
    const once = { retry: { kind: 'fixed', delaySeconds: 1, maxAttempts: 1 } } as const;
    const subscription = await stage.subscribe('crowded', { timeoutMs: 5_000, failureHandling: once });
    const env = { ...stage.env, DISPATCH_CONCURRENCY: '400', DISPATCH_PER_SUBSCRIPTION: '400' };
    const limited = ['/bin/sh', '-c', `ulimit -n ${DESCRIPTORS} && exec "$0" "$@"`];
    const dispatcher = await startDispatcher(env, { through: limited });
    for (const id of await publishMany(tenant, 'crowded', EVENTS)) ledger.expect(id, [subscription]);

    await ledger.check({ duplicates: 0, timeoutMs: 60_000 });
    const counts = `SELECT DISTINCT attempt_count, crash_count FROM deliveries`;
    expect(await database.query(counts)).toEqual([{ attempt_count: 1, crash_count: 0 }]);
    // Its metrics cannot be asked for: that takes a file descriptor.
    expect(dispatcher.logs()).toMatch(/"code":"EMFILE".*"event":"delivery.faulted"/);
  });
});
