import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './prepare/root.mjs';

/**
 * The console's bundle, all of it and compressed as the gateway sends it, is no larger than this, in bytes: an operator on a slow line opens it
 * when something is on fire. Of the two encodings the larger counts.
 */
const MOST_BYTES = 250_000;

const folder = inRoot('dist', 'apps', 'console');
const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(({ name }) => name.endsWith('.gz'));
const sizes = files.map(({ name, parentPath }) => ({ name: name.replace(/\.gz$/, ''), bytes: statSync(join(parentPath, name)).size }));
const sum = sizes.reduce((all, { bytes }) => all + bytes, 0);
const most = sizes.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5);

process.stdout.write(`The console is ${sum.toLocaleString('en')} bytes compressed, of ${MOST_BYTES.toLocaleString('en')}.\n`);
if (sum > MOST_BYTES) {
  process.stdout.write(
    `That is too much. The largest: ${most.map(({ name, bytes }) => `${name} ${bytes.toLocaleString('en')}`).join(', ')}.\n`,
  );
  process.exitCode = 1;
}
if (sizes.length === 0) {
  process.stdout.write('Nothing of it is compressed.\n');
  process.exitCode = 1;
}
