import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';

export interface RedisBinary {
  path: string;
  /** Added to the environment of the process: where the libraries of an unpacked one are. */
  env: Record<string, string>;
}

const NAMES = ['redis-server', 'valkey-server'];
const PACKAGES = ['redis-server', 'redis-tools'];

/**
 * The Redis (or Valkey) server to test with: the one on PATH; else, where apt is, Debian's own packages unpacked under .tidings/,
 * which needs no root and installs nothing. Throws an error that says what to install where neither is possible.
 */
export function findRedis(): RedisBinary {
  const installed = onPath();
  if (installed) return { path: installed, env: {} };
  const cache = join(projectRoot(), '.tidings', 'redis');
  if (!existsSync(cache)) unpackFromApt(cache);
  const path = join(cache, 'usr', 'bin', 'redis-server');
  return { path, env: { LD_LIBRARY_PATH: libraryFolders(cache).join(':') } };
}

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

function unpackFromApt(cache: string): void {
  if (!has('apt-get') || !has('dpkg-deb')) throw cannot('there is no apt-get to take it from');
  const work = `${cache}.unfinished-${process.pid}`;
  const debs = join(work, 'debs');
  const tree = join(work, 'tree');
  mkdirSync(debs, { recursive: true });
  try {
    if (!download(debs, PACKAGES)) {
      // The package lists are empty on a fresh machine; only root may fetch them.
      run('apt-get', ['update', '-qq'], debs);
      if (!download(debs, PACKAGES))
        throw cannot('apt-get could not download it (is the package mirror reachable, and has "apt-get update" run?)');
    }
    unpack(debs, tree);
    if (missesLibraries(tree)) {
      download(debs, librariesOf('redis-tools'));
      unpack(debs, tree);
    }
    const missing = missesLibraries(tree);
    if (missing) throw cannot(`libraries are missing:\n${missing}`);
    // Another run may have been quicker.
    if (!existsSync(cache)) renameSync(tree, cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): { ok: boolean; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', ...env },
  });
  return { ok: status === 0, output: error ? error.message : `${stdout}${stderr}` };
}

const download = (debs: string, packages: string[]): boolean => run('apt-get', ['download', '-q', ...packages], debs).ok;

function unpack(debs: string, tree: string): void {
  for (const deb of readdirSync(debs).filter((name) => name.endsWith('.deb'))) run('dpkg-deb', ['-x', join(debs, deb), tree], debs);
}

/** The lines of `ldd` that name a library which is nowhere; empty when all are there. */
function missesLibraries(tree: string): string {
  const { output } = run('ldd', [join(tree, 'usr', 'bin', 'redis-server')], tree, { LD_LIBRARY_PATH: libraryFolders(tree).join(':') });
  return output
    .split('\n')
    .filter((line) => line.includes('not found'))
    .join('\n');
}

/** The library packages a package needs; the C library is everywhere and must be the system's own. */
function librariesOf(name: string): string[] {
  const { output } = run('apt-cache', ['depends', '--important', name], '/');
  const named = [...output.matchAll(/^ +\|?Depends: (lib\S+)$/gm)].map((match) => match[1] ?? '');
  return named.filter((library) => library !== 'libc6' && run('apt-cache', ['show', library], '/').ok);
}

function libraryFolders(tree: string): string[] {
  const lib = join(tree, 'usr', 'lib');
  if (!existsSync(lib)) return [];
  const perArchitecture = readdirSync(lib).filter((name) => name.includes('-linux-'));
  return [lib, ...perArchitecture.map((name) => join(lib, name))];
}

function cannot(why: string): Error {
  const how =
    'Install it and run the tests again: "apt-get install redis-server", "dnf install valkey", "apk add valkey" or "brew install redis".';
  return new Error(`The tests need redis-server or valkey-server: none is on PATH, and ${why}. ${how}`);
}
