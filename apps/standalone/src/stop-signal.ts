/**
 * Ctrl-C reaches us up to three times: from the terminal, from npm and from our launcher, which both pass it on. Within this
 * time they are one key press.
 */
const ONE_KEY_PRESS_MS = 700;

/** Resolves at the first request to stop; a second one, later than the echoes of the first, calls `onSecond`. */
export function stopRequested(onSecond: () => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const hear = (signal: NodeJS.Signals): void => {
      const now = performance.now();
      if (first === undefined) {
        first = now;
        resolve(signal);
      } else if (now - first > ONE_KEY_PRESS_MS) onSecond();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  });
}
