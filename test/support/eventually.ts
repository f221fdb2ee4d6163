import { setTimeout as pause } from 'node:timers/promises';

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

export interface Patience {
  timeoutMs?: number;
  /** What is waited for, for the message when it does not come. */
  what?: string;
  /** Once aborted, the next failure is the last: there is nothing to wait for any more. */
  signal?: AbortSignal;
}

/** Tries an assertion until it holds and returns its value; after `timeoutMs` (10 s) it fails with the last error, and says what it waited for. */
export async function eventually<T>(assertion: () => T | Promise<T>, { timeoutMs = 10_000, what, signal }: Patience = {}): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await assertion();
    } catch (error) {
      if (signal?.aborted || performance.now() + pauseMs > deadline) throw told(error, what, timeoutMs);
    }
    await pause(pauseMs);
  }
}

function told(error: unknown, what: string | undefined, timeoutMs: number): unknown {
  if (error instanceof Error && what !== undefined) error.message = `Waited ${timeoutMs} ms for ${what}:\n${error.message}`;
  return error;
}

/** Fails after `timeoutMs` unless the promise has settled. */
export async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = pause(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
