import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { accountFor, type Account, canUse } from '../../apps/standalone/src/postgres/account.js';
import { plainEnvironment } from '../../apps/standalone/src/postgres/cluster.js';
import { libraryPath, unpackFromApt } from './apt-packages.js';
import { atEnd } from './cleanup.js';
import { temporaryFolder } from './temporary-folder.js';

/** A server and the client programs of the same version, which the embedded PostgreSQL does not have. */
export interface PostgresTools {
  /** Where its programs are. */
  bin: string;
  /** Added to their environment. */
  env: Record<string, string>;
  version: string;
  /** Of an unpacked one, all of it: to be copied to where the server's account may read it. */
  tree?: string;
}

type Program = 'initdb' | 'postgres' | 'pg_dump' | 'pg_restore' | 'pg_basebackup';

const PROGRAMS: Program[] = ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'pg_basebackup'];

/** The oldest that the schema can live in: it has foreign keys that empty one column of several. */
const OLDEST = 15;
/** The packages' names, the newest first. */
const MAJORS = ['18', '17', '16', String(OLDEST)];

/**
 * The newest PostgreSQL of this system that has all of its programs; else, where apt is, Debian's own packages unpacked under .tidings/. Where
 * neither is possible: why not.
 */
export function findPostgresTools(): PostgresTools | { missing: string } {
  const installed = installedFolders()
    .map((bin) => ({ bin, env: {}, version: versionOf(bin, {}) }))
    .filter(({ version }) => isNewEnough(version))
    .toSorted((a, b) => parseFloat(b.version) - parseFloat(a.version));
  if (installed[0]) return installed[0];
  try {
    return unpacked();
  } catch (error) {
    return {
      missing: `this system has no PostgreSQL ${OLDEST} with its programs, and ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function installedFolders(): string[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...globSync(['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin'])];
  return folders.filter((folder) => PROGRAMS.every((program) => existsSync(join(folder, program))));
}

function unpacked(): PostgresTools {
  const cache = 'postgresql';
  const { path, env } = unpackFromApt({
    cache,
    choices: MAJORS.map((major) => ({
      packages: [`postgresql-${major}`, `postgresql-client-${major}`],
      program: join('usr', 'lib', 'postgresql', major, 'bin', 'postgres'),
    })),
    // LLVM is only for a compiler that nothing here has a use for.
    without: /^libllvm/,
  });
  const bin = dirname(path);
  return { bin, env, version: versionOf(bin, env), tree: join(projectRoot(), '.tidings', cache) };
}

/** `15.18`; empty where it does not run. */
function versionOf(bin: string, env: Record<string, string>): string {
  const { stdout } = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8', env: { ...plainEnvironment(), ...env } });
  return /\(PostgreSQL\) ([\d.]+)/.exec(stdout)?.[1] ?? '';
}

const isNewEnough = (version: string): boolean => parseFloat(version) >= OLDEST;

/** The same tools where the server's account can read them, and that account. */
export function lendTools(tools: PostgresTools, dataDir: string): { tools: PostgresTools; account: Account } {
  const account = accountFor(dataDir);
  if (tools.tree === undefined || canUse(account, join(tools.bin, 'postgres'), 'read')) return { tools, account };
  const folder = temporaryFolder('postgresql');
  atEnd(folder, () => rmSync(folder, { recursive: true, force: true }));
  const tree = join(folder, 'tree');
  cpSync(tools.tree, tree, { recursive: true, verbatimSymlinks: true });
  return { tools: { ...tools, tree, bin: join(tree, tools.bin.slice(tools.tree.length)), env: libraryPath(tree) }, account };
}

/** Runs one of the programs to its end, beside whatever else goes on; resolves to what it printed. Rejects with its words when it fails. */
export function runTool(tools: PostgresTools, program: Program, args: string[], account: Account = {}): Promise<string> {
  const child = spawn(join(tools.bin, program), args, {
    ...account,
    cwd: '/',
    env: { ...plainEnvironment(), ...tools.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(printed).toString('utf8'));
      else reject(new Error(`${program} failed with code ${code}:\n${Buffer.concat(said).toString('utf8')}`));
    });
  });
}
