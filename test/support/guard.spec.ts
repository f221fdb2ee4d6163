import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGuard } from '../../apps/standalone/src/guard.js';
import { atEnd } from './cleanup.js';
import { eventually, within } from './eventually.js';
import { temporaryFolder } from './temporary-folder.js';

/** A process that only a signal ends. */
function sleeper(): ChildProcess {
  const child = spawn('sleep', ['600']);
  atEnd('sleeper', () => void child.kill('SIGKILL'));
  return child;
}

const endOf = async (child: ChildProcess): Promise<unknown> => {
  if (child.exitCode === null && child.signalCode === null) await within(5_000, 'the process to end', once(child, 'exit'));
  return child.signalCode;
};

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

describe('the guard', () => {
  it('ends what it watches when its owner is gone, each with its own signal, and removes the folders', async () => {
    const folder = temporaryFolder('guard-spec');
    writeFileSync(join(folder, 'file'), '');
    const [first, second, forgotten] = [sleeper(), sleeper(), sleeper()];
    const guard = startGuard([folder]);
    guard.watch(first.pid ?? 0, 'SIGINT');
    guard.watch(second.pid ?? 0, 'SIGTERM');
    guard.watch(forgotten.pid ?? 0, 'SIGTERM');
    guard.forget(forgotten.pid ?? 0);
    guard.abandon();
    expect(await endOf(first)).toBe('SIGINT');
    expect(await endOf(second)).toBe('SIGTERM');
    await eventually(() => expect(existsSync(folder)).toBe(false));
    expect(isAlive(forgotten)).toBe(true);
  });

  it('touches nothing when it is dismissed', async () => {
    const [kept, ended] = [sleeper(), sleeper()];
    const dismissed = startGuard();
    dismissed.watch(kept.pid ?? 0, 'SIGKILL');
    dismissed.dismiss();
    await dismissed.gone;
    // Another guard, that does act, shows that there was time to.
    const other = startGuard();
    other.watch(ended.pid ?? 0, 'SIGKILL');
    other.abandon();
    expect(await endOf(ended)).toBe('SIGKILL');
    expect(isAlive(kept)).toBe(true);
  });
});
