import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startMigratedPostgres, storeAt } from '../chaos/own-postgres.js';
import { publishOnce, publishUntilAccepted } from '../chaos/publisher.js';
import { openStage, type Stage, type Subscribed } from '../chaos/stage.js';
import { atEnd } from '../support/cleanup.js';
import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';
import type { OwnPostgres } from '../support/postgres.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DISK_MIB = 256;
const BEFORE = 20;
const TRIES_WHILE_FULL = 20;

/** A file system of its own, or null where none may be mounted. */
function mountSmallDisk(): string | null {
  const folder = temporaryFolder('disk');
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=711`, 'tmpfs', folder]).status === 0;
  atEnd(folder, () => {
    if (mounted) spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return mounted ? folder : null;
}

/** Takes every byte there is. Returns how to give them back. */
function fillUp(disk: string): () => Promise<void> {
  const path = join(disk, 'filler');
  const file = openSync(path, 'w');
  for (const size of [1024 * 1024, 4096]) while (fits(file, size));
  closeSync(file);
  return () => Promise.resolve(rmSync(path));
}

function fits(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) === size;
  } catch {
    return false;
  }
}

describe('a Postgres without any disk left (where no file system may be mounted: one that says so)', () => {
  let disk: string | null;
  let postgres: OwnPostgres;
  let stage: Stage;
  let subscription: Subscribed;

  beforeAll(async () => {
    disk = mountSmallDisk();
    const dataDir = disk === null ? {} : { dataDir: join(disk, 'postgres') };
    postgres = await startMigratedPostgres({ ...dataDir, durable: true, settings: { max_wal_size: '64MB', min_wal_size: '32MB' } });
    stage = await openStage({ database: storeAt(postgres.url) });
    subscription = await stage.subscribe('full');
    await stage.dispatcher();
  });

  it('has publishes answered 503, and once there is space again everything that was accepted arrives', async () => {
    const { tenant, ledger } = stage;
    for (let i = 0; i < BEFORE; i++) ledger.expect((await publishUntilAccepted(tenant, 'full')).id, [subscription]);
    const makeRoom = disk === null ? await pretendFull() : fillUp(disk);
    const refusals = await eventually(publishUntilRefused, { timeoutMs: 30_000, what: 'publishes to be refused' });
    for (const { status, retryAfter } of refusals)
      expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });

    await makeRoom();
    const roomSince = Date.now();
    await backUp();
    for (const { key, type } of refusals) ledger.expect((await publishUntilAccepted(tenant, type, key, 30_000)).id, [subscription]);
    noteResumed(roomSince);
    await ledger.check({ duplicates: BEFORE, timeoutMs: 60_000 });
  }, 240_000);

  /** What fits into pages that are there already is still accepted; then nothing is. Resolves with the last refusals in a row. */
  async function publishUntilRefused() {
    const large = 'x'.repeat(100_000);
    const { status, body } = await stage.tenant.send<{ id: string }>('POST', '/v1/events', { body: { type: 'full', data: large } });
    if (status === 202) stage.ledger.expect(body.id, [subscription]);
    const publications = [];
    for (let i = 0; i < TRIES_WHILE_FULL; i++) {
      const publication = await publishOnce(stage.tenant, 'full');
      if (publication.id !== null) stage.ledger.expect(publication.id, [subscription]);
      publications.push(publication);
    }
    const refused = publications.filter(({ id }) => id === null);
    expect(refused.length).toBeGreaterThan(0);
    return refused;
  }

  /** A server that could not write its journal ends itself; whoever looks after it starts it again. */
  async function backUp(): Promise<void> {
    const answers = eventually(() => stage.database.query('SELECT 1'), { timeoutMs: 10_000 });
    await answers.catch(async () => {
      await postgres.kill();
      await postgres.start();
    });
  }

  async function pretendFull(): Promise<() => Promise<void>> {
    await stage.database.query(`CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`);
    await stage.database.query('CREATE TRIGGER no_space BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION no_space()');
    return async () => {
      await stage.database.query('DROP TRIGGER no_space ON events');
    };
  }
});
