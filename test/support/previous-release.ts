import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { atEnd } from './cleanup.js';
import { temporaryFolder } from './temporary-folder.js';

const CHANGELOG = 'CHANGELOG.md';

/**
 * Builds the last release, in a folder of its own that goes at the end of the file. Resolves with that folder; with the project's own, and so with
 * the present build, where nothing was released yet or there is no history to take it from.
 */
export function buildPreviousRelease(): string {
  const root = projectRoot();
  const commit = commitOfLastRelease(root);
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

/** The commit that gave the changelog its newest heading with a version. */
function commitOfLastRelease(root: string): string | null {
  const [heading] = /^## \[\d+\.\d+\.\d+\]/m.exec(readFileSync(join(root, CHANGELOG), 'utf8')) ?? [];
  if (heading === undefined || !existsSync(join(root, '.git'))) return null;
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
    return git('log', `-S${heading}`, '--format=%H', '--', CHANGELOG).split('\n').at(-1) || null;
  } catch {
    return null;
  }
}
