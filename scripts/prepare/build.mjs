import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './root.mjs';
import { runNpm } from './run-npm.mjs';

const stamp = inRoot('dist', '.built');
const FILES = ['package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Compiles the sources unless dist/ is newer than all of them. */
export async function build() {
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newestSource()) return;
  // What is saved during the build counts as newer than the build.
  const began = new Date();
  await runNpm(['run', '--silent', 'build'], { name: 'build', doing: 'Building' });
  writeFileSync(stamp, began.toISOString());
}

/** Milliseconds since 1970 of the last change. Folders count, for they change when a file goes. */
function newestSource() {
  const files = FILES.map((name) => inRoot(name)).filter((path) => existsSync(path));
  return Math.max(...[...files, ...sourcesUnder(inRoot('apps')), ...sourcesUnder(inRoot('libs'))].map((path) => statSync(path).mtimeMs));
}

function sourcesUnder(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const inside = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesUnder(path);
    return entry.name.endsWith('.spec.ts') ? [] : [path];
  });
  return [folder, ...inside];
}
