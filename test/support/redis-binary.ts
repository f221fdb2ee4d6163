import { type Program, unpackFromApt } from './apt-packages.js';
import { onPath } from './on-path.js';

/**
 * The Redis (or Valkey) server to test with: the one on PATH; else, where apt is, Debian's own packages unpacked under .tidings/.
 * Throws an error that says what to install where neither is possible.
 */
export function findRedis(): Program {
  const installed = onPath(['redis-server', 'valkey-server']);
  if (installed) return { path: installed, env: {} };
  try {
    return unpackFromApt({
      cache: 'redis',
      choices: [{ packages: ['redis-server', 'redis-tools'], program: 'usr/bin/redis-server' }],
    });
  } catch (error) {
    throw cannot(error instanceof Error ? error.message : String(error));
  }
}

function cannot(why: string): Error {
  const how =
    'Install it and run the tests again: "apt-get install redis-server", "dnf install valkey", "apk add valkey" or "brew install redis".';
  return new Error(`The tests need redis-server or valkey-server: none is on PATH, and ${why}. ${how}`);
}
