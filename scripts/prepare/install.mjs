import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Failure } from './failure.mjs';
import { findNode24 } from './node-24.mjs';
import { inRoot } from './root.mjs';
import { runNpm } from './run-npm.mjs';

const lock = inRoot('package-lock.json');
const stamp = inRoot('node_modules', '.tidings-installed');

/** Installs the packages unless those of the lock file are there. The stamp names the lock file they were installed from. */
export async function install() {
  const wanted = fingerprint();
  const done = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (!done && !hasAllPackages()) {
    // Development packages bring Node 24 and PostgreSQL, so they are wanted whatever NODE_ENV says.
    const command = existsSync(lock) ? 'ci' : 'install';
    await runNpm([command, '--include=dev', '--no-audit', '--no-fund'], { name: 'install', doing: 'Installing packages' });
  }
  if (!findNode24()) {
    throw new Failure(
      'Node 24 is missing: npm did not run install scripts. Run "npm rebuild node --ignore-scripts=false", or start with a Node 24 of your own.',
    );
  }
  if (!done) writeFileSync(stamp, fingerprint());
}

/** npm install may write the lock file, so the fingerprint is taken anew after it. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of [inRoot('package.json'), lock]) if (existsSync(file)) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** Whether somebody has run npm themselves: npm leaves a list of what it installed. */
function hasAllPackages() {
  const list = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(lock) || !existsSync(list)) return false;
  const installed = JSON.parse(readFileSync(list, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(lock, 'utf8')).packages);
  return wanted.every(([path, { version, optional, link }]) => path === '' || link || optional || installed[path]?.version === version);
}
