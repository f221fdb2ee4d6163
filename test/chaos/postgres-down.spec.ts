import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';
import type { OwnPostgres } from '../support/postgres.js';
import type { AppProcess } from '../support/processes.js';
import { startMigratedPostgres, storeAt } from './own-postgres.js';
import { type Publication, publishMany, publishSteadily, publishUntilAccepted } from './publisher.js';
import { openStage, type Stage, type Subscribed, TIMEOUT_MS } from './stage.js';

const UNDER_WAY = 10;
const PER_SECOND = 20;
/** Publish statements that a gateway has under way at once: of as many the crash may have swallowed the answer. */
const STATEMENTS_AT_ONCE = 3;

describe('a Postgres that crashes and comes back', () => {
  let postgres: OwnPostgres;
  let stage: Stage;

  beforeAll(async () => {
    postgres = await startMigratedPostgres();
    stage = await openStage({ database: storeAt(postgres.url) });
  });

  /** Sends `type` to a slow endpoint, and crashes Postgres for a while once the first of these requests are on their way. */
  async function crashWhileSending(type: string, outageMs: number): Promise<{ refused: Publication[]; subscription: Subscribed }> {
    const { receiver, tenant, ledger } = stage;
    receiver.on(`/${type}`, { kind: 'answer', delayMs: 300 });
    const subscription = await stage.subscribe(type);
    for (const id of await publishMany(tenant, type, UNDER_WAY)) ledger.expect(id, [subscription]);
    await receiver.waitFor(({ path }) => path === `/${type}`);
    const outage = (async (): Promise<void> => {
      await postgres.stop('immediate');
      await pause(outageMs);
    })();
    const publications = await publishSteadily(tenant, type, { perSecond: PER_SECOND, during: outage });
    for (const { id } of publications) if (id !== null) ledger.expect(id, [subscription]);
    return { refused: publications.filter(({ status }) => status !== 202), subscription };
  }

  /** The publishers do as they were told. Resolves with how many had been stored all the same. */
  async function repeat(refused: Publication[], subscription: Subscribed): Promise<number> {
    const repeats = await Promise.all(refused.map(({ type, key }) => publishUntilAccepted(stage.tenant, type, key)));
    for (const { id } of repeats) stage.ledger.expect(id, [subscription]);
    return repeats.filter(({ isDuplicate }) => isDuplicate).length;
  }

  const readinessOf = async (app: AppProcess): Promise<number> => (await fetch(`${app.url}/health/ready`)).status;

  it('refuses publishes with 503 and Retry-After meanwhile, and the results of requests under way are recorded when it is back', async () => {
    const dispatcher = await stage.dispatcher({ LEASE_SLACK_MS: '15000' });
    const { refused, subscription } = await crashWhileSending('short', 2_000);
    expect(refused.length).toBeGreaterThan(PER_SECOND);
    for (const { status, retryAfter } of refused)
      expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect([await readinessOf(stage.gateway), await readinessOf(dispatcher)]).toEqual([503, 503]);

    await postgres.start();
    const backAt = Date.now();
    for (const app of [stage.gateway, dispatcher]) await eventually(async () => expect(await readinessOf(app)).toBe(200));
    noteResumed(backAt);
    expect(await repeat(refused, subscription)).toBeLessThanOrEqual(STATEMENTS_AT_ONCE);
    await stage.ledger.check({ duplicates: 0, timeoutMs: 45_000 });
    expect(await stage.database.query(`SELECT DISTINCT outcome FROM attempts`)).toEqual([{ outcome: 'delivered' }]);
    await dispatcher.kill();
  });

  it('has requests under way sent again when their results can no longer be recorded in time', async () => {
    const dispatcher = await stage.dispatcher({ LEASE_SLACK_MS: '500' });
    const { refused, subscription } = await crashWhileSending('long', TIMEOUT_MS + 2_500);
    await postgres.start();
    await repeat(refused, subscription);
    await stage.ledger.check({ duplicates: 2 * UNDER_WAY, timeoutMs: 45_000 });
    const interrupted = await stage.database.query(`SELECT 1 FROM attempts WHERE outcome = 'interrupted'`);
    expect(interrupted).not.toHaveLength(0);
    expect(await readinessOf(dispatcher)).toBe(200);
  });
});
