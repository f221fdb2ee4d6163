import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from './prepare/build.mjs';
import { inRoot } from './prepare/root.mjs';

/**
 * `npm run generate`: writes every file that is made from the code. With `--check` nothing is written; a file that would change is named, and
 * the exit code is 1.
 */
const isCheck = process.argv.includes('--check');
await build();
// Only now: the generators load what was built.
const { FILES } = await import('./generate/files.mjs');

for (const { path, text } of FILES) {
  const before = existsSync(inRoot(path)) ? readFileSync(inRoot(path), 'utf8') : undefined;
  const after = await text(before);
  if (after === before) continue;
  if (isCheck) {
    process.stdout.write(`${path} is not what the code says: run "npm run generate" and commit it.\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(inRoot(path)), { recursive: true });
    writeFileSync(inRoot(path), after);
    process.stdout.write(`${path} written.\n`);
  }
}
