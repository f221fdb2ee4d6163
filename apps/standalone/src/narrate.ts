import { DomainError } from '#domain/errors.js';

/** One line to the person at the terminal (or to the file they sent it to). */
export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

/** Tells that a step begins, and how long it took once it is done. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  say(`… ${what}`);
  const result = await work();
  say(`✓ ${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  return result;
}

export const complain = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

const WRITING = new Set(['EACCES', 'EPERM', 'EROFS']);

/** What went wrong as one sentence, where it is the person's to put right; else with the stack, for it is ours. */
export function told(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code = '', path = 'the data folder' } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return 'There is no space left on the disk.';
  if (WRITING.has(code)) return `There is no permission to write ${path}: check who owns it, or set TIDINGS_HOME to another folder.`;
  return error.stack ?? error.message;
}
