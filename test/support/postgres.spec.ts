import { spawn } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../apps/standalone/src/ports.js';
import { startPostgres, type Postgres } from '../../apps/standalone/src/postgres/start-postgres.js';
import { startOwnPostgres } from './postgres.js';
import { temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder('postgres-spec');
let postgres: Postgres;

const start = async (durable = false): Promise<void> => {
  postgres = await startPostgres({ dataDir: join(folder, 'data'), port: await freePort(), durable, settings: { max_connections: '17' } });
};

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(() => start());
afterAll(async () => {
  await postgres.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  it('listens on 127.0.0.1 only, without a unix socket, and takes the settings it is given', async () => {
    const [row] = await query<{ listen: string; sockets: string; connections: string; commit: string; fsync: string }>(
      `select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
              current_setting('max_connections') as connections, current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync`,
    );
    expect(row).toEqual({ listen: '127.0.0.1', sockets: '', connections: '17', commit: 'on', fsync: 'off' });
  });

  it('folds the case of letters beyond ASCII', async () => {
    expect(await query(`select lower('ÄÉΠ') as folded`)).toEqual([{ folded: 'äéπ' }]);
  });

  it('refuses a wrong password', async () => {
    const stranger = new pg.Client(postgres.url.replace(/:[^:@]+@/, ':wrong@'));
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps what was committed over a stop, a crash and a kill', async () => {
    await query('create table kept (n int)');
    for (const [n, end] of [
      [1, () => postgres.stop()],
      [2, () => postgres.stop('immediate')],
      [3, () => postgres.kill()],
    ] as const) {
      await query(`insert into kept values (${n})`);
      await end();
      await start();
    }
    expect(await query('select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('starts over a lock file that names a live process which is not its server', async () => {
    await postgres.kill();
    // The next process of the same account gets the number; here the lock file is made to say so.
    const account = statSync(join(folder, 'data'));
    const other = spawn('sleep', ['60'], { uid: account.uid, gid: account.gid });
    try {
      const lock = join(folder, 'data', 'cluster', 'postmaster.pid');
      writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(other.pid)));
      await start();
      expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      other.kill();
    }
  });

  it('replaces a server that outlived its supervisor', async () => {
    const orphan = postgres;
    await start();
    await orphan.exited;
    expect(postgres.pid).not.toBe(orphan.pid);
    expect(await query('select count(*)::int as n from kept')).toEqual([{ n: 3 }]);
  });

  it('says what the server said when it does not start', async () => {
    await postgres.stop();
    await expect(
      startPostgres({ dataDir: join(folder, 'data'), port: await freePort(), settings: { no_such_setting: '1' } }),
    ).rejects.toThrow(/did not start.*no_such_setting/s);
    await start();
  });

  it('waits for the disk when asked to be durable', async () => {
    await postgres.stop();
    await start(true);
    expect(await query(`select current_setting('fsync') as fsync`)).toEqual([{ fsync: 'on' }]);
  });
});

describe('a Postgres of a test file', () => {
  it('comes back at the same url after a kill, with what was committed', async () => {
    const own = await startOwnPostgres();
    const run = async (sql: string): Promise<unknown[]> => {
      const client = new pg.Client(own.url);
      await client.connect();
      return client
        .query(sql)
        .then(({ rows }) => rows as unknown[])
        .finally(() => client.end());
    };
    await run('CREATE TABLE kept AS SELECT 1 AS n');
    await own.kill();
    await expect(run('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await own.start();
    expect(await run('SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });
});
