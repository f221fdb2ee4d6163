import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';
import type { AppProcess } from '../support/processes.js';
import { startDispatcher } from '../support/processes.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { createTestDatabase } from '../support/database.js';
import { publishUntilAccepted } from './publisher.js';
import { openStage } from './stage.js';

const BOUND_MS = 1_500;
/** It looks four times in a bound; the rest is room for a busy machine. */
const KNOWN_WITHIN_MS = 2 * BOUND_MS + 2_000;

const livenessOf = async (app: AppProcess): Promise<number> => (await fetch(`${app.url}/health/live`)).status;

describe('a dispatcher', () => {
  it('that has lost all its places says that it does not live once work is overdue; one that has nothing to do goes on living', async () => {
    const stage = await openStage({ env: { PROGRESS_BOUND_MS: String(BOUND_MS) } });
    const subscription = await stage.subscribe('stuck');
    const stuck = await stage.dispatcher({ FAIL_POINT: 'never-claim' });
    const { id } = await publishUntilAccepted(stage.tenant, 'stuck');
    stage.ledger.expect(id, [subscription]);
    const acceptedAt = Date.now();
    expect(await livenessOf(stuck)).toBe(200);
    await eventually(async () => expect(await livenessOf(stuck)).toBe(503), { timeoutMs: KNOWN_WITHIN_MS });
    expect(Date.now() - acceptedAt).toBeGreaterThan(BOUND_MS);
    // All the same it is ready, and would stay so for ever: Postgres answers.
    expect((await fetch(`${stuck.url}/health/ready`)).status).toBe(200);
    expect(stuck.logs()).toContain('dispatcher.stuck');

    // What the platform does with a process that does not live.
    await stuck.kill();
    const replacedAt = Date.now();
    const replacement = await stage.dispatcher();
    await stage.ledger.check({ duplicates: 0 });
    noteResumed(replacedAt);
    const idle = await stage.dispatcher();
    await eventually(async () => {
      // The proof that it has been idle for longer than the bound.
      expect(replacement.logs()).toContain('delivery.attempted');
      expect(Date.now() - replacedAt).toBeGreaterThan(2 * BOUND_MS);
    });
    expect([await livenessOf(replacement), await livenessOf(idle)]).toEqual([200, 200]);
  });

  it('whose connections to Postgres have gone silent goes on by itself, with new ones', async () => {
    const database = await createTestDatabase();
    const stage = await openStage({ database });
    const proxy = await startTcpProxy(Number(new URL(database.url).port));
    // Long enough for a result to be tried again on a connection that works.
    const deaf = await startDispatcher({ ...stage.env, DATABASE_URL: proxy.through(database.url), LEASE_SLACK_MS: '15000' });
    const subscription = await stage.subscribe('silent');
    const first = await publishUntilAccepted(stage.tenant, 'silent');
    stage.ledger.expect(first.id, [subscription]);
    await stage.receiver.waitFor(1);

    proxy.set({ kind: 'blackhole' });
    const second = await publishUntilAccepted(stage.tenant, 'silent');
    stage.ledger.expect(second.id, [subscription]);
    await eventually(async () => expect((await fetch(`${deaf.url}/health/ready`)).status).toBe(503));
    // What was open stays deaf: the bytes that were swallowed are gone. Only new connections work.
    proxy.set({ kind: 'pass' });
    const passesAt = Date.now();
    await stage.receiver.waitFor(({ headers }) => headers['webhook-id'] === second.id, 30_000);
    noteResumed(passesAt);
    await stage.ledger.check({ duplicates: 1, timeoutMs: 30_000 });
  });
});
