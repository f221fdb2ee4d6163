import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';
import type { OwnPostgres } from '../support/postgres.js';
import { startGateway } from '../support/processes.js';
import { startMigratedPostgres, storeAt } from '../chaos/own-postgres.js';
import { publishSteadily, publishUntilAccepted } from '../chaos/publisher.js';
import { openStage, type Stage, through } from '../chaos/stage.js';

const RESTARTS = 3;
const PER_SECOND = 20;
const CALM_MS = 1_500;
/** Requests that a restart may catch between their answer and its record. */
const UNDER_WAY = 32;

describe('a Postgres that is restarted three times under load', () => {
  let postgres: OwnPostgres;
  let stage: Stage;

  beforeAll(async () => {
    postgres = await startMigratedPostgres();
    stage = await openStage({ database: storeAt(postgres.url), env: { DISPATCH_CONCURRENCY: String(UNDER_WAY), LEASE_SLACK_MS: '5000' } });
    await Promise.all([stage.dispatcher(), stage.dispatcher()]);
  });

  it('ends no process; every publish is accepted or told to come back within 5 s, and all that were accepted arrive', async () => {
    const { tenant, ledger } = stage;
    const subscription = await stage.subscribe('steady');
    const second = through(await startGateway(stage.env), tenant);
    const trouble = restartRepeatedly();
    const load = { perSecond: PER_SECOND, during: trouble };
    const publications = (await Promise.all([tenant, second].map((api) => publishSteadily(api, 'steady', load)))).flat();
    for (const { id } of publications) if (id !== null) ledger.expect(id, [subscription]);
    const refused = publications.filter(({ status }) => status !== 202);
    for (const { status, retryAfter } of refused)
      expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(publications.length - refused.length).toBeGreaterThan(PER_SECOND * RESTARTS);

    for (const { key, type } of refused) ledger.expect((await publishUntilAccepted(tenant, type, key)).id, [subscription]);
    await ledger.check({ duplicates: RESTARTS * 2 * UNDER_WAY, timeoutMs: 45_000 });
  });

  async function restartRepeatedly(): Promise<void> {
    for (let restart = 0; restart < RESTARTS; restart++) {
      await pause(CALM_MS);
      await postgres.stop('fast');
      await postgres.start();
      const backAt = Date.now();
      const ready = async (): Promise<void> => expect((await fetch(`${stage.gateway.url}/health/ready`)).status).toBe(200);
      await eventually(ready, { timeoutMs: 5_000, what: 'the gateway to be ready again' });
      noteResumed(backAt);
    }
    await pause(CALM_MS);
  }
});
