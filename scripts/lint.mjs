import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { build } from './prepare/build.mjs';
import { inRoot, root } from './prepare/root.mjs';

const sources = ['apps', 'libs', 'test', 'bench', 'scripts'].filter((folder) => existsSync(inRoot(folder)));

/** `npm run lint [-- name …]`: every check, or those named. One line per check; what it says is shown only when it fails. */
const CHECKS = {
  eslint: ['eslint', '--max-warnings', '0', '.'],
  imports: ['depcruise', '--config', '.dependency-cruiser.cjs', ...sources],
  types: ['tsc', '--noEmit', '-p', 'tsconfig.json'],
  'console-types': ['tsc', '-p', 'apps/console/tsconfig.json'],
  'console-size': ['node', 'scripts/check-console.mjs'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  unused: ['knip', '--no-progress'],
  generated: ['node', 'scripts/generate.mjs', '--check'],
  kubernetes: ['node', 'scripts/check-kubernetes.mjs'],
  compose: ['node', 'scripts/check-compose.mjs'],
  monitoring: ['node', 'scripts/check-monitoring.mjs'],
  screens: ['node', 'scripts/check-screens.mjs'],
  image: ['node', 'scripts/check-image.mjs'],
};

/** Two at a time: each is a process with a core's worth of work. */
const AT_ONCE = 2;

const bin = inRoot('node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, NO_COLOR: '1' };
delete env.FORCE_COLOR;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  process.stderr.write(`There is no check ${unknown.join(', ')}; there are ${Object.keys(CHECKS).join(', ')}.\n`);
  process.exit(2);
}

// Several checks read what the build makes. Where the code does not compile, the checks say so.
await build().catch((error) => process.stdout.write(`${error.message}\n`));

const waiting = Object.entries(CHECKS).filter(([name]) => asked.length === 0 || asked.includes(name));
const failed = [];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await runCheck(...next);
  }),
);
if (failed.length > 0) process.stdout.write(`Failed: ${failed.join(', ')}.\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function runCheck(name, [command, ...args]) {
  const began = Date.now();
  const { code, output } = await run(command, args);
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${Math.round((Date.now() - began) / 1000)} s)\n`);
  if (code === 0) return;
  failed.push(name);
  process.stdout.write(`${output.trimEnd().replaceAll(/^/gm, '    ')}\n`);
}

function run(command, args) {
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
