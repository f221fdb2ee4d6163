import { spawnSync } from 'node:child_process';
import { inRoot } from './root.mjs';

const MAJOR = 24;

/** The Node that came with the packages, or the one that runs this when it is new enough; undefined when neither will do. */
export function findNode24() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = inRoot('node_modules', 'node', 'bin', name);
  return [own, process.execPath].find((path) => majorOf(path) >= MAJOR);
}

function majorOf(path) {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number(/^v(\d+)\./.exec(stdout)?.[1]) : 0;
}
