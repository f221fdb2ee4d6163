import type { NetworkPhase } from '#domain/send-result.js';

/** A phase ran out of its time; `classifyNetworkError` reads which. */
export class PhaseTimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(readonly phase: NetworkPhase) {
    super(`The phase ${phase} took too long.`);
  }
}

export const noop = (): void => undefined;

/** Waits for a phase as long as it may take and somebody wants its outcome, and gives it up otherwise. */
export function within<T>(
  phase: NetworkPhase,
  limitMs: number,
  signal: AbortSignal,
  work: Promise<T>,
  giveUp: () => void = noop,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    const fail = (error: Error): void => {
      settle();
      giveUp();
      reject(error);
    };
    const stop = (): void => fail(signal.reason as Error);
    const timer = setTimeout(() => fail(new PhaseTimeoutError(phase)), limitMs);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then((value) => (settle(), resolve(value)), fail);
  });
}
