import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder that holds our package.json, found by walking up from the working directory: the sources run compiled under dist/
 * and uncompiled under jest, so a path relative to the file would mean two different folders.
 */
export function projectRoot(from: string = process.cwd()): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'tidings') return folder;
    if (folder === dirname(folder)) throw new Error(`Run this inside the tidings project: no package.json of it above ${from}.`);
  }
}
