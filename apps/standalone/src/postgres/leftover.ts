import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { commandLineOf } from '../command-line.js';

const FAST_STOP_MS = 10_000;
const CHECK_EVERY_MS = 50;

/**
 * Clears the way for a server on this cluster after a crash of ours. A server that outlived its supervisor is stopped; a lock
 * file without a server is removed, because PostgreSQL believes it as soon as any other process of the same user has that number.
 * The caller makes sure that no live supervisor owns the cluster.
 */
export async function clearLeftover(clusterDir: string): Promise<void> {
  const lock = join(clusterDir, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (!commandLineOf(pid).includes(clusterDir)) {
    rmSync(lock, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  if (!(await isGone(pid, FAST_STOP_MS))) process.kill(pid, 'SIGQUIT');
  if (!(await isGone(pid, FAST_STOP_MS))) throw new Error(`The PostgreSQL left over from an earlier run (process ${pid}) does not stop.`);
}

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await pause(CHECK_EVERY_MS)) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  }
  return false;
}
