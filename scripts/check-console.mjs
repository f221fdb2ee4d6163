import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inRoot } from './prepare/root.mjs';

/**
 * The console's bundle, all of it and compressed as browsers get it, is no larger than this, in bytes: an operator on a slow line opens it when
 * something is on fire.
 */
const MOST_BYTES = 250_000;

const folder = inRoot('dist', 'apps', 'console');
const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const sizes = files.map((entry) => ({ name: entry.name, bytes: gzipSync(readFileSync(join(entry.parentPath, entry.name))).length }));
const sum = sizes.reduce((all, { bytes }) => all + bytes, 0);
const most = sizes.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5);

process.stdout.write(`The console is ${sum.toLocaleString('en')} bytes compressed, of ${MOST_BYTES.toLocaleString('en')}.\n`);
if (sum > MOST_BYTES) {
  process.stdout.write(
    `That is too much. The largest: ${most.map(({ name, bytes }) => `${name} ${bytes.toLocaleString('en')}`).join(', ')}.\n`,
  );
  process.exitCode = 1;
}
