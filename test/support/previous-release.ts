import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { atEnd } from './cleanup.js';
import { temporaryFolder } from './temporary-folder.js';

const MIGRATIONS = 'libs/store/src/migrations';

/**
 * Builds the code as it was before its newest migration, in a folder of its own that goes at the end of the file. Resolves with that folder;
 * with the project's own, and so with the present build, where there is no earlier migration or no history to take it from.
 */
export function buildPreviousRelease(): string {
  const root = projectRoot();
  const commit = commitBeforeNewestMigration(root);
  if (commit === null) return root;
  const folder = join(temporaryFolder('previous'), 'release');
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: root, stdio: 'pipe' });
  git('worktree', 'add', '--detach', folder, commit);
  atEnd(folder, () => {
    git('worktree', 'remove', '--force', folder);
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: folder,
    stdio: 'pipe',
  });
  return folder;
}

function commitBeforeNewestMigration(root: string): string | null {
  const migrations = readdirSync(join(root, MIGRATIONS)).filter((file) => /^\d{4}-.*\.ts$/.test(file) && !file.endsWith('.spec.ts'));
  const newest = migrations.toSorted().at(-1);
  if (newest === undefined || migrations.length < 2 || !existsSync(join(root, '.git'))) return null;
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
    const added = git('log', '--diff-filter=A', '--format=%H', '-1', '--', `${MIGRATIONS}/${newest}`);
    return added === '' ? null : git('rev-parse', '--verify', `${added}^`);
  } catch {
    return null;
  }
}
