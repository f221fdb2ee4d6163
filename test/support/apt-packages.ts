import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';

/** A program that can be started where it lies. */
export interface Program {
  path: string;
  /** Added to the environment of the process: where the libraries of an unpacked one are. */
  env: Record<string, string>;
}

/** What to look for in apt's lists. */
export interface Choice {
  packages: string[];
  /** Where the program is when they are unpacked. */
  program: string;
}

export interface Wanted {
  /** A folder under .tidings/, which is kept from run to run. */
  cache: string;
  /** In the order in which they are tried. */
  choices: Choice[];
  /** What packages depend on, and the program does without. */
  without?: RegExp;
}

/** The C library is everywhere and must be the system's own. */
const SYSTEM = /^libc6$/;
/** A mirror that is not there must not hold the tests up. */
const PATIENCE = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::https::Timeout=10'];
const LONGEST_MS = 120_000;

/**
 * A program out of Debian's own packages, unpacked under .tidings/ with whatever they need that is not installed. That needs no root and
 * installs nothing. Throws an error that says why where that cannot be done: half a sentence.
 */
export function unpackFromApt({ cache, choices, without }: Wanted): Program {
  const folder = join(projectRoot(), '.tidings', cache);
  if (!existsSync(folder)) bring(folder, choices, without);
  const program = choices.map(({ program }) => join(folder, program)).find((path) => existsSync(path));
  if (!program) throw new Error(`${folder} does not hold it (delete that folder and try again)`);
  return { path: program, env: { LD_LIBRARY_PATH: libraryFolders(folder).join(':') } };
}

function bring(folder: string, choices: Choice[], without: RegExp | undefined): void {
  if (!has('apt-get') || !has('dpkg-deb')) throw new Error('there is no apt-get to take it from');
  const work = `${folder}.unfinished-${process.pid}`;
  const [debs, tree] = [join(work, 'debs'), join(work, 'tree')];
  mkdirSync(debs, { recursive: true });
  try {
    const found = downloadFirst(debs, choices, without);
    for (const deb of readdirSync(debs).filter((name) => name.endsWith('.deb'))) run('dpkg-deb', ['-x', join(debs, deb), tree], debs);
    const missing = missingLibraries(tree, found.program);
    if (missing) throw new Error(`libraries are missing:\n${missing}`);
    // Another run may have been quicker.
    if (!existsSync(folder)) renameSync(tree, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function downloadFirst(debs: string, choices: Choice[], without: RegExp | undefined): Choice {
  const first = (): Choice | undefined => choices.find(({ packages }) => download(debs, packages, without));
  const found = first();
  if (found) return found;
  // The package lists are empty on a fresh machine; only root may fetch them.
  run('apt-get', [...PATIENCE, 'update', '-qq'], debs);
  const afterUpdate = first();
  if (afterUpdate) return afterUpdate;
  throw new Error('apt-get could not download it (is the package mirror reachable, and has "apt-get update" run?)');
}

function download(debs: string, packages: string[], without: RegExp | undefined): boolean {
  const listed = run('apt-get', ['install', '--print-uris', '-qq', '--yes', '--no-install-recommends', ...packages], debs);
  // 'http://…/libx_1%3a1.2_amd64.deb' libx_1%3a1.2_amd64.deb 1234 SHA256:…
  const needed = [...listed.output.matchAll(/^'[^']+' ([^_ ]+)_/gm)].map(([, name]) => name ?? '');
  const wanted = needed.filter((name) => !SYSTEM.test(name) && !without?.test(name));
  return listed.ok && run('apt-get', [...PATIENCE, 'download', '-q', ...new Set([...packages, ...wanted])], debs).ok;
}

/** The lines of `ldd` that name a library which is nowhere; empty when all are there. */
function missingLibraries(tree: string, program: string): string {
  const { output } = run('ldd', [join(tree, program)], tree, { LD_LIBRARY_PATH: libraryFolders(tree).join(':') });
  return output
    .split('\n')
    .filter((line) => line.includes('not found'))
    .join('\n');
}

function libraryFolders(tree: string): string[] {
  const roots = ['lib', 'usr/lib'].map((folder) => join(tree, folder)).filter((folder) => existsSync(folder));
  const files = roots.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }));
  return [...new Set(files.filter(({ name }) => /\.so(\.|$)/.test(name)).map(({ parentPath }) => parentPath))];
}

const has = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): { ok: boolean; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: LONGEST_MS,
    env: { ...process.env, LC_ALL: 'C', ...env },
  });
  return { ok: status === 0, output: error ? error.message : `${stdout}${stderr}` };
}
