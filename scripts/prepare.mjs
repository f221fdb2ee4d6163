import { pathToFileURL } from 'node:url';
import { build } from './prepare/build.mjs';
import { explainError, Failure } from './prepare/failure.mjs';
import { install } from './prepare/install.mjs';

/** Installs and builds what is missing. What a person can put right is told in one sentence, and ends the process with 1. */
export async function prepare() {
  try {
    await install();
    await build();
  } catch (error) {
    const told = explainError(error);
    if (!(told instanceof Failure)) throw error;
    process.stderr.write(`${told.message}\n`);
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await prepare();
