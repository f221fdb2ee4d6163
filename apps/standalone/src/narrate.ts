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
