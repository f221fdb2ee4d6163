import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a test measured while it held a promise against a fault. */
export interface Figures {
  /** Promised deliveries that never arrived or never ended. */
  lost?: number;
  /** Requests beyond those that the attempts explain. */
  duplicates?: number;
  /** From the end of the fault until work went on, in seconds. */
  resumedAfterSeconds?: number;
}

/** The folder that `npm run chaos` collects the figures from. In any other run they are not kept. */
const FOLDER = 'TIDINGS_FIGURES';

/** Notes figures of the test that is running, one JSON line each time. */
export function noteFigures(figures: Figures): void {
  const folder = process.env[FOLDER];
  if (!folder) return;
  const { testPath, currentTestName } = expect.getState();
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify({ file: testPath, test: currentTestName, ...figures })}\n`);
}

/** Notes how long it took from `since` (milliseconds since 1970: the end of the fault) until now. */
export const noteResumed = (since: number, now = Date.now()): void =>
  noteFigures({ resumedAfterSeconds: Math.round(Math.max(0, now - since) / 10) / 100 });
