/** Milliseconds on the machine's one monotonic clock: comparable between processes, as Date.now() is not while it is being set. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
