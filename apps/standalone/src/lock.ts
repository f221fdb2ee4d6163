import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '#domain/errors.js';
import { commandLineOf } from './command-line.js';

export interface HomeLock {
  /** Whether the last supervisor of this home went without giving it free: what it started may still be leaving. */
  tookOver: boolean;
  release: () => void;
}

/** One supervisor per home: two would run two servers on one data folder. Refuses with `already_running` while another lives. */
export function lockHome(home: string): HomeLock {
  const file = join(home, 'supervisor.pid');
  const tookOver = existsSync(file);
  const other = tookOver ? Number(readFileSync(file, 'utf8')) : 0;
  if (isSupervisor(other)) {
    throw new DomainError(
      'already_running',
      `Tidings already runs on ${home} (process ${other}). Stop that one, or set TIDINGS_HOME to another folder.`,
    );
  }
  writeFileSync(file, String(process.pid));
  return { tookOver, release: () => rmSync(file, { force: true }) };
}

/** The number alone proves nothing after a restart of the machine; the command line does. */
const isSupervisor = (pid: number): boolean => pid !== process.pid && commandLineOf(pid).includes('standalone');
