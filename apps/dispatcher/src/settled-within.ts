/** Waits until all of these have ended, well or not, but no longer than `deadlineMs`. */
export async function settledWithin(deadlineMs: number, work: Iterable<Promise<unknown>>): Promise<void> {
  let deadline: NodeJS.Timeout | undefined;
  const isLate = new Promise<void>((resolve) => (deadline = setTimeout(resolve, deadlineMs)));
  await Promise.race([Promise.allSettled(work), isLate]);
  clearTimeout(deadline);
}
