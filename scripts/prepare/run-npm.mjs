import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { explain, Failure } from './failure.mjs';
import { inRoot, root } from './root.mjs';

const STILL_EVERY_MS = 15_000;

/**
 * Runs npm with its output in `.tidings/logs/<name>.log`, telling every now and then that it is still at it. Throws a Failure with one
 * sentence that says what to do, followed by the beginning of the output where npm's trouble is none of the usual.
 */
export async function runNpm(args, { name, doing }) {
  mkdirSync(inRoot('.tidings', 'logs'), { recursive: true });
  const log = inRoot('.tidings', 'logs', `${name}.log`);
  const file = createWriteStream(log);
  await new Promise((resolve, reject) => file.once('open', resolve).once('error', reject));

  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  process.stdout.write(`${doing} …\n`);
  const ticking = setInterval(() => process.stdout.write(`  still ${doing.toLowerCase()} (${seconds()} s)\n`), STILL_EVERY_MS);
  const code = await run(args, file).finally(() => clearInterval(ticking));
  file.end();
  await finished(file);

  if (code === 0) return void process.stdout.write(`  done in ${seconds()} s\n`);
  const output = readFileSync(log, 'utf8');
  throw new Failure(explain(output, log) ?? `${doing} failed. ${log} begins with:\n${output.trim().split('\n').slice(0, 40).join('\n')}`);
}

/** npm tells scripts which npm they run under; without it the one on PATH is used. */
function run(args, file) {
  const own = process.env.npm_execpath;
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []];
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', file.fd, file.fd],
    shell: process.platform === 'win32' && command === 'npm',
  });
  // Ctrl-C is an answer, not a failure to explain.
  const interrupt = () => {
    child.once('close', () => process.exit(130));
    child.kill('SIGTERM');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new Failure('npm could not be started: is it on PATH?')));
    child.once('close', (code, signal) => resolve(signal ? 1 : code));
  }).finally(() => signals.forEach((signal) => process.off(signal, interrupt)));
}
