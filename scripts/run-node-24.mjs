import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { findNode24 } from './prepare/node-24.mjs';
import { root } from './prepare/root.mjs';

/** Runs a program on Node 24 from the project's folder, on our own terminal, passing signals on. Resolves with its exit code. */
export function runNode24(args, env = {}) {
  const node = findNode24();
  const PATH = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(node, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH, ...env } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ? 1 : code)));
}
