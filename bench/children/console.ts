import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { nowMs } from './clock.js';
import { serve } from './serve.js';

/** One thing that a screen asks for again and again. */
export interface Poll {
  path: string;
  everyMs: number;
}

export interface Watching {
  /** Origin of the gateway. */
  origin: string;
  /** With which the pages are signed in, and know each other. */
  headers: Record<string, string>;
  /** Of all consoles together: each poll keeps its own time. */
  polls: Poll[];
  seconds: number;
}

export interface Watched {
  requests: number;
  /** By status, of what was not answered 200. */
  refused: Record<string, number>;
  latenciesMs: number[];
  seconds: number;
}

/** A browser opens so many connections to one origin. */
const CONNECTIONS = 6;

/** Asks until the time is over. As in the console, the next request of a poll leaves when its time has come and the last was answered. */
async function watch({ origin, headers, polls, seconds }: Watching): Promise<Watched> {
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const startMs = nowMs();
  const endMs = startMs + seconds * 1_000;
  const latenciesMs: number[] = [];
  const refused: Record<string, number> = {};
  const run = async ({ path, everyMs }: Poll, i: number): Promise<void> => {
    // Screens were not all opened in the same moment.
    let atMs = startMs + (everyMs * i) / polls.length;
    while (atMs < endMs) {
      const waitMs = atMs - nowMs();
      if (waitMs > 0) await pause(waitMs);
      const sentMs = nowMs();
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      await body.dump({ limit: Infinity });
      latenciesMs.push(nowMs() - sentMs);
      if (statusCode !== 200) refused[statusCode] = (refused[statusCode] ?? 0) + 1;
      atMs = Math.max(atMs + everyMs, nowMs());
    }
  };
  await Promise.all(polls.map(run));
  await pool.close();
  return { requests: latenciesMs.length, refused, latenciesMs, seconds: (nowMs() - startMs) / 1_000 };
}

const handlers = { watch };
export type ConsoleHandlers = typeof handlers;

serve(handlers);
