import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../apps/standalone/src/ports.js';
import { startPostgres, type Postgres, type StopMode } from '../../apps/standalone/src/postgres/start-postgres.js';
import { atEnd } from './cleanup.js';
import { isGone, killWithUs } from './file-guard.js';
import { temporaryFolder } from './temporary-folder.js';

export interface OwnPostgresOptions {
  settings?: Record<string, string>;
  durable?: boolean;
  /** A folder to hold the data, such as a small file system to fill; by default a temporary one, removed at the end. */
  dataDir?: string;
}

/** A Postgres that a test may stop, kill and start again; its url stays the same. */
export interface OwnPostgres {
  url: string;
  port: number;
  pid(): number;
  stop(mode?: StopMode): Promise<void>;
  kill(): Promise<void>;
  /** After a stop or a kill: the same data, the same port. */
  start(): Promise<void>;
}

/** A Postgres of this file alone, with an empty database, ended after the file's last test. */
export async function startOwnPostgres({ settings, durable = false, dataDir }: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const options = { dataDir: dataDir ?? ownFolder(), port: await freePort(), durable, ...(settings ? { settings } : {}) };
  const start = async (): Promise<Postgres> => {
    const started = await startPostgres(options);
    killWithUs(started.pid);
    void started.exited.then(() => isGone(started.pid));
    return started;
  };
  let server = await start();
  atEnd(`Postgres on port ${options.port}`, () => server.kill());
  return {
    url: server.url,
    port: server.port,
    pid: () => server.pid,
    stop: (mode) => server.stop(mode),
    kill: () => server.kill(),
    start: async () => {
      server = await start();
    },
  };
}

function ownFolder(): string {
  const folder = temporaryFolder('postgres');
  atEnd(folder, () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data');
}
