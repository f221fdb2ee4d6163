import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { nowMs } from './clock.js';
import { eventBody } from './event-body.js';
import { serve } from './serve.js';

export interface Load {
  /** Whole URL that takes events. */
  url: string;
  key: string;
  /** One publisher for each, which has one request under way at a time. */
  types: string[];
  bytes: number;
  seconds: number;
  /** All publishers together; null: as fast as they are answered. */
  ratePerSecond: number | null;
  /** The end of it, whatever the time. */
  maxEvents: number;
}

export interface Published {
  /** Ids of the events that were answered 202, by type. */
  accepted: [type: string, ids: string[]][];
  latenciesMs: number[];
  /** How many were refused, by status. */
  refused: Record<string, number>;
  startedAtMs: number;
  endedAtMs: number;
}

/** Shares out the starts of requests among the publishers: the n-th may leave n/rate after the start. */
function slots({ seconds, ratePerSecond, maxEvents }: Load, startMs: number): () => Promise<boolean> {
  const endMs = startMs + seconds * 1_000;
  let next = 0;
  return async () => {
    const mine = next++;
    if (mine >= maxEvents) return false;
    const atMs = ratePerSecond === null ? nowMs() : startMs + (mine * 1_000) / ratePerSecond;
    if (atMs >= endMs) return false;
    const waitMs = atMs - nowMs();
    if (waitMs > 0) await pause(waitMs);
    return true;
  };
}

async function publish(load: Load): Promise<Published> {
  const target = new URL(load.url);
  const pool = new Pool(target.origin, { connections: load.types.length, pipelining: 1 });
  const headers = { authorization: `Bearer ${load.key}`, 'content-type': 'application/json' };
  const startedAtMs = nowMs();
  const mayStart = slots(load, startedAtMs);
  const latenciesMs: number[] = [];
  const refused: Record<string, number> = {};
  const run = async (type: string): Promise<[string, string[]]> => {
    const ids: string[] = [];
    while (await mayStart()) {
      const sentAt = nowMs();
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: target.pathname,
        headers,
        body: eventBody(type, load.bytes),
      });
      const answer = await body.text();
      if (statusCode !== 202) {
        refused[statusCode] = (refused[statusCode] ?? 0) + 1;
        continue;
      }
      latenciesMs.push(nowMs() - sentAt);
      ids.push((JSON.parse(answer) as { id: string }).id);
    }
    return [type, ids];
  };
  const accepted = await Promise.all(load.types.map(run));
  const endedAtMs = nowMs();
  await pool.close();
  return { accepted, latenciesMs, refused, startedAtMs, endedAtMs };
}

const handlers = { publish };
export type PublisherHandlers = typeof handlers;

serve(handlers);
