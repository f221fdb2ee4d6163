import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Unpacked {
  packages: string[];
  /** Paths in the unpacked tree, of programs that have to find their libraries. */
  programs: string[];
}

/**
 * Unpacks packages of this Debian (or a relative of it) into a folder, which needs no root and installs nothing; libraries that the system
 * lacks come along. Does nothing where the folder is there already. Throws an error that says in half a sentence why it cannot be done.
 */
export function unpackPackages(folder: string, wanted: Unpacked): void {
  if (existsSync(folder)) return;
  if (!has('apt-get') || !has('dpkg-deb')) throw new Error('there is no apt-get to take it from');
  const work = `${folder}.unfinished-${process.pid}`;
  const debs = join(work, 'debs');
  const tree = join(work, 'tree');
  mkdirSync(debs, { recursive: true });
  try {
    if (!download(debs, wanted.packages)) {
      // The package lists are empty on a fresh machine; only root may fetch them.
      run('apt-get', ['update', '-qq'], debs);
      if (!download(debs, wanted.packages))
        throw new Error('apt-get could not download it (is the package mirror reachable, and has "apt-get update" run?)');
    }
    unpack(debs, tree);
    if (missesLibraries(tree, wanted.programs)) {
      download(debs, librariesOf(wanted.packages));
      unpack(debs, tree);
    }
    const missing = missesLibraries(tree, wanted.programs);
    if (missing) throw new Error(`libraries are missing:\n${missing}`);
    // Another run may have been quicker.
    if (!existsSync(folder)) renameSync(tree, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The packages that a package depends on, as this system names them; empty where it is unknown. */
export function dependenciesOf(name: string): string[] {
  const { output } = run('apt-cache', ['depends', '--important', name], '/');
  return [...output.matchAll(/^ +\|?Depends: (\S+)$/gm)].map((match) => match[1] ?? '');
}

/** What a program of the tree needs in its environment to find its libraries. */
export const libraryPath = (tree: string): Record<string, string> => ({ LD_LIBRARY_PATH: libraryFolders(tree).join(':') });

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
function missesLibraries(tree: string, programs: string[]): string {
  const { output } = run(
    'ldd',
    programs.map((program) => join(tree, program)),
    tree,
    libraryPath(tree),
  );
  return output
    .split('\n')
    .filter((line) => line.includes('not found'))
    .join('\n');
}

/** The library packages that these need, and those that they need; the C library is everywhere and must be the system's own. */
function librariesOf(packages: string[]): string[] {
  const found = new Set<string>();
  for (let next = packages; next.length > 0;) {
    const named = next.flatMap(dependenciesOf).filter((name) => name.startsWith('lib') && !UNWANTED.test(name) && !found.has(name));
    next = [...new Set(named)].filter((name) => run('apt-cache', ['show', name], '/').ok);
    for (const name of next) found.add(name);
  }
  return [...found];
}

/** LLVM is only for a compiler that nothing here has a use for. */
const UNWANTED = /^libc6|^libllvm/;

function libraryFolders(tree: string): string[] {
  const lib = join(tree, 'usr', 'lib');
  if (!existsSync(lib)) return [];
  const perArchitecture = readdirSync(lib).filter((name) => name.includes('-linux-'));
  return [lib, ...perArchitecture.map((name) => join(lib, name))];
}
