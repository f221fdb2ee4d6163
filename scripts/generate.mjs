import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { environmentExample } from './generate/environment-example.mjs';
import { limitsPage } from './generate/limits-page.mjs';
import { openApi } from './generate/openapi.mjs';
import { readmeWithSettings } from './generate/readme-settings.mjs';
import { build } from './prepare/build.mjs';
import { inRoot } from './prepare/root.mjs';

/**
 * `npm run generate`: writes every file that is made from the code. With `--check` nothing is written; a file that would change is named, and
 * the exit code is 1.
 */
const FILES = [
  { path: '.env.example', text: environmentExample },
  { path: 'README.md', text: readmeWithSettings },
  { path: 'docs/limits.md', text: limitsPage },
  { path: 'openapi.json', text: openApi },
];

const isCheck = process.argv.includes('--check');
await build();
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
