import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { PROGRAMS } from './image-programs.mjs';

/** The image's entry point: `gateway`, `dispatcher`, `migrate` or `rotate-keys`. It runs in this very process, so that signals reach the program. */
const [name, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(PROGRAMS, name ?? '') || rest.length > 0) {
  process.stderr.write(`Say which program to run: ${Object.keys(PROGRAMS).join(', ')}.\n`);
  process.exit(2);
}
await import(pathToFileURL(join(import.meta.dirname, '..', PROGRAMS[name])).href);
