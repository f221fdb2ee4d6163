import { setTimeout as pause } from 'node:timers/promises';
import { storeAt } from '../chaos/own-postgres.js';
import { publishSteadily } from '../chaos/publisher.js';
import { openStage, through } from '../chaos/stage.js';
import { startOwnPostgres } from '../support/postgres.js';
import { buildPreviousRelease } from '../support/previous-release.js';
import { runMigrate, startDispatcher, startGateway } from '../support/processes.js';

const PER_SECOND = 30;
const CALM_MS = 3_000;
/** As long as a publish may be told to come back in all. */
const REFUSED_AT_MOST_MS = 1_000;
const MIGRATORS = 4;

describe('a migration under load', () => {
  it('lets the previous release (this one, where there is no history to build it from) go on, and this one beside it', async () => {
    const folder = buildPreviousRelease();
    const postgres = await startOwnPostgres();
    expect(await runMigrate({ DATABASE_URL: postgres.url }, { folder })).toMatchObject({ code: 0 });
    const database = storeAt(postgres.url);
    const stage = await openStage({ database, folder });
    const { ledger, tenant } = stage;
    const subscription = await stage.subscribe('migrated');
    await startDispatcher(stage.env, { folder });

    const over = (async () => {
      await pause(CALM_MS);
      const migrated = await Promise.all(Array.from({ length: MIGRATORS }, () => runMigrate({ DATABASE_URL: postgres.url })));
      expect(migrated.map(({ code, logs }) => [code, code === 0 ? '' : logs])).toEqual(migrated.map(() => [0, '']));
      await pause(CALM_MS);
    })();
    const old = await publishSteadily(tenant, 'migrated', { perSecond: PER_SECOND, during: over });

    const [gateway] = await Promise.all([startGateway(stage.env), startDispatcher(stage.env)]);
    const both = await Promise.all(
      [tenant, through(gateway, tenant)].map((api) => publishSteadily(api, 'migrated', { perSecond: PER_SECOND, during: pause(CALM_MS) })),
    );
    const publications = [...old, ...both.flat()];
    const refused = publications.filter(({ status }) => status !== 202);
    expect(refused.filter(({ status }) => status !== 503)).toEqual([]);
    expect(refused.length).toBeLessThanOrEqual((PER_SECOND * REFUSED_AT_MOST_MS) / 1_000);
    expect(publications.length).toBeGreaterThan(PER_SECOND * 4);
    for (const { id } of publications) if (id !== null) ledger.expect(id, [subscription]);
    await ledger.check({ duplicates: 0, timeoutMs: 60_000 });
  }, 300_000);
});
