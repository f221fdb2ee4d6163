import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { giveTo } from '../../apps/standalone/src/postgres/account.js';
import { storeAt } from '../chaos/own-postgres.js';
import { publishMany, publishSteadily } from '../chaos/publisher.js';
import { openStage, type TestStore } from '../chaos/stage.js';
import { eventually } from '../support/eventually.js';
import { Ledger } from '../support/ledger.js';
import { startCluster, startRecoveredCluster } from '../support/postgres-cluster.js';
import { findPostgresTools, runTool } from '../support/postgres-tools.js';
import { runMigrate, startDispatcher } from '../support/processes.js';

const BEFORE = 40;
const PER_SECOND = 40;
const CALM_MS = 1_500;
/** Requests that the end may catch between their answer and its record. */
const UNDER_WAY = 32;

const tools = findPostgresTools();

if ('missing' in tools) {
  describe(`recovery from a base backup and archived logs (not tried: ${tools.missing})`, () => {
    it.skip('has all that was accepted, though it came after the backup', () => undefined);
  });
} else {
  describe(`a server recovered from a base backup and archived logs (PostgreSQL ${tools.version})`, () => {
    it('has all that was accepted, though it came after the backup, and delivers what had not ended', async () => {
      const archive = 'archive';
      const source = await startCluster(tools, { wal_level: 'replica', archive_mode: 'on', archive_command: `cp %p ../${archive}/%f` });
      mkdirSync(join(source.folder, archive));
      giveTo(source.account, join(source.folder, archive));
      expect(await runMigrate({ DATABASE_URL: source.url })).toMatchObject({ code: 0 });
      const stage = await openStage({ database: storeAt(source.url), env: { DISPATCH_CONCURRENCY: String(UNDER_WAY) } });
      const subscription = await stage.subscribe('steady');
      const dispatcher = await stage.dispatcher();
      const accepted = await publishMany(stage.tenant, 'steady', BEFORE);

      const backup = join(source.folder, 'backup');
      const trouble = (async () => {
        const args = ['--pgdata', backup, '--wal-method=fetch', '--checkpoint=fast', '--no-sync', `--dbname=${source.url}`];
        await runTool(source.tools, 'pg_basebackup', args, source.account);
        await pause(CALM_MS);
      })();
      const during = await publishSteadily(stage.tenant, 'steady', { perSecond: PER_SECOND, during: trouble });
      await dispatcher.kill();
      accepted.push(...during.flatMap(({ id }) => id ?? []), ...(await publishMany(stage.tenant, 'steady', BEFORE)));
      await shipLogs(stage.database);
      await stage.gateway.kill();
      await source.kill();

      const target = await startRecoveredCluster(tools, { backup, archive: join(source.folder, archive) });
      const store = storeAt(target.url);
      const ledger = new Ledger(store, stage.receiver);
      for (const id of accepted) ledger.expect(id, [subscription]);
      await startDispatcher({ ...stage.env, DATABASE_URL: target.url });
      await ledger.check({ duplicates: UNDER_WAY, timeoutMs: 45_000 });
    });

    /** Closes the log that is being written, and waits until it is in the archive. */
    async function shipLogs(database: Pick<TestStore, 'query'>): Promise<void> {
      const [closed] = await database.query<{ name: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS name');
      await eventually(
        async () => {
          const [archiver] = await database.query<{ last: string | null }>('SELECT last_archived_wal AS last FROM pg_stat_archiver');
          expect((archiver!.last ?? '') >= closed!.name).toBe(true);
        },
        { timeoutMs: 20_000, what: 'the last log to be archived' },
      );
    }
  });
}
