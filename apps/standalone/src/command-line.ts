import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The command line of a process, arguments joined by blanks; empty when there is no such process. Tells our own from one that was given its number. */
export function commandLineOf(pid: number): string {
  if (!Number.isInteger(pid) || pid <= 1) return '';
  const file = `/proc/${pid}/cmdline`;
  if (existsSync(file)) return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  // Slim Linux images have no ps, other systems no /proc.
  const { stdout, error } = spawnSync('ps', ['-o', 'args=', '-ww', '-p', String(pid)], { encoding: 'utf8' });
  return error ? '' : stdout;
}
