import { setTimeout as pause } from 'node:timers/promises';
import { startMigratedPostgres, storeAt } from '../chaos/own-postgres.js';
import { publishMany, publishSteadily, publishUntilAccepted } from '../chaos/publisher.js';
import { openStage } from '../chaos/stage.js';
import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';

const DOWN_MS = 60_000;
const UNDER_WAY = 10;
const PER_SECOND = 10;

describe('while Postgres is down for a minute', () => {
  it('no process ends, every publish is told to come back, and all that was ever accepted arrives', async () => {
    const postgres = await startMigratedPostgres();
    const stage = await openStage({ database: storeAt(postgres.url) });
    const { receiver, tenant, ledger } = stage;
    receiver.on('/minute', { kind: 'answer', delayMs: 500 });
    const subscription = await stage.subscribe('minute');
    const apps = [stage.gateway, await stage.dispatcher(), await stage.dispatcher()];
    for (const id of await publishMany(tenant, 'minute', UNDER_WAY)) ledger.expect(id, [subscription]);
    await receiver.waitFor(({ path }) => path === '/minute');

    const outage = postgres.stop('immediate').then(() => pause(DOWN_MS));
    const publications = await publishSteadily(tenant, 'minute', { perSecond: PER_SECOND, during: outage });
    for (const { id } of publications) if (id !== null) ledger.expect(id, [subscription]);
    const refused = publications.filter(({ status }) => status !== 202);
    for (const { status, retryAfter } of refused)
      expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    for (const app of apps) {
      expect((await fetch(`${app.url}/health/ready`)).status).toBe(503);
      expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    }

    await postgres.start();
    const backAt = Date.now();
    const last = await publishUntilAccepted(tenant, 'minute');
    ledger.expect(last.id, [subscription]);
    await eventually(() => expect(receiver.requests.some(({ headers }) => headers['webhook-id'] === last.id)).toBe(true));
    noteResumed(backAt);
    for (const { key, type } of refused.slice(0, 50)) ledger.expect((await publishUntilAccepted(tenant, type, key)).id, [subscription]);
    await ledger.check({ duplicates: 2 * UNDER_WAY, timeoutMs: 60_000 });
  }, 240_000);
});
