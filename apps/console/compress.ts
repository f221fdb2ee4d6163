import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Keeps each file of the build compressed beside it, as well as it can be: the gateway sends it as it is, with every request. */
export const compress = (): Plugin => ({
  name: 'compress',
  apply: 'build',
  writeBundle: async ({ dir = '.' }, files) => {
    for (const name of Object.keys(files)) {
      const path = join(dir, name);
      const bytes = await readFile(path);
      await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      await writeFile(`${path}.br`, brotliCompressSync(bytes));
    }
  },
});
