import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { libraryPath, unpackPackages } from './debian-packages.js';

export interface RedisBinary {
  path: string;
  /** Added to the environment of the process: where the libraries of an unpacked one are. */
  env: Record<string, string>;
}

const NAMES = ['redis-server', 'valkey-server'];
const UNPACKED = { packages: ['redis-server', 'redis-tools'], programs: ['usr/bin/redis-server'] };

/**
 * The Redis (or Valkey) server to test with: the one on PATH; else, where apt is, Debian's own packages unpacked under .tidings/.
 * Throws an error that says what to install where neither is possible.
 */
export function findRedis(): RedisBinary {
  const installed = onPath();
  if (installed) return { path: installed, env: {} };
  const cache = join(projectRoot(), '.tidings', 'redis');
  try {
    unpackPackages(cache, UNPACKED);
  } catch (error) {
    throw cannot(error instanceof Error ? error.message : String(error));
  }
  return { path: join(cache, 'usr', 'bin', 'redis-server'), env: libraryPath(cache) };
}

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function cannot(why: string): Error {
  const how =
    'Install it and run the tests again: "apt-get install redis-server", "dnf install valkey", "apk add valkey" or "brew install redis".';
  return new Error(`The tests need redis-server or valkey-server: none is on PATH, and ${why}. ${how}`);
}
