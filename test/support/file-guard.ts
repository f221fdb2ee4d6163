import { startGuard, type Guard } from '../../apps/standalone/src/guard.js';
import { atEnd } from './cleanup.js';

let guard: Guard | undefined;

/** Has a process killed even if this test run is killed. One guard per test file, started on first use. */
export function killWithUs(pid: number | undefined): void {
  guard ??= guardOfThisFile();
  if (pid) guard.watch(pid, 'SIGKILL');
}

/** The process is gone; its number may soon be somebody else's. */
export function isGone(pid: number | undefined): void {
  if (pid) guard?.forget(pid);
}

function guardOfThisFile(): Guard {
  const started = startGuard();
  atEnd('guard', () => started.dismiss());
  return started;
}
