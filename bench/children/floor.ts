import { setTimeout as pause } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { CLIENTS, type ClientName } from './clients.js';
import { nowMs } from './clock.js';
import { eventBody } from './event-body.js';
import { serve } from './serve.js';

export interface BareLoop {
  client: ClientName;
  /** Whole URL that takes the POSTs. */
  url: string;
  bytes: number;
  seconds: number;
  concurrency: number;
}

export interface QueueLoop extends BareLoop {
  redisUrl: string;
  /** Jobs added in a second; null: as many as the worker can take. */
  ratePerSecond: number | null;
}

export interface Looped {
  done: number;
  seconds: number;
  cpuSeconds: number;
}

/** Jobs that wait at most: enough to keep the worker busy, few enough that adding does not take its time. */
const MAX_WAITING = 500;

const bodyOf = (bytes: number): Buffer => Buffer.from(eventBody('floor', bytes));

async function measured(work: () => Promise<number>): Promise<Looped> {
  const before = process.cpuUsage();
  const startMs = nowMs();
  const done = await work();
  const { user, system } = process.cpuUsage(before);
  return { done, seconds: (nowMs() - startMs) / 1_000, cpuSeconds: (user + system) / 1e6 };
}

/** POST after POST, `concurrency` of them at a time. */
const postLoop = ({ client, url, bytes, seconds, concurrency }: BareLoop): Promise<Looped> =>
  measured(async () => {
    const endMs = nowMs() + seconds * 1_000;
    let done = 0;
    const run = async (): Promise<void> => {
      while (nowMs() < endMs) {
        await CLIENTS[client](url, `p-${done++}`, bodyOf(bytes));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, run));
    return done;
  });

/** add → worker → POST; nothing is stored, and the job carries the body. */
async function queueLoop(loop: QueueLoop): Promise<Looped> {
  const connection = new Redis(loop.redisUrl, { maxRetriesPerRequest: null });
  const options = { connection, prefix: '{floor}' };
  const queue = new Queue<string>('floor', { ...options, defaultJobOptions: { removeOnComplete: true, removeOnFail: true } });
  let [added, done] = [0, 0];
  const post = async ({ id = '', data }: { id?: string; data: string }): Promise<void> => {
    await CLIENTS[loop.client](loop.url, `q-${id}`, Buffer.from(data));
    done++;
  };
  const worker = new Worker<string>('floor', post, { ...options, concurrency: loop.concurrency });
  worker.on('error', () => undefined);
  await worker.waitUntilReady();
  const looped = await measured(async () => {
    const startMs = nowMs();
    const endMs = startMs + loop.seconds * 1_000;
    const add = async (): Promise<void> => {
      for (;;) {
        if (added - done > MAX_WAITING) {
          await pause(1);
          continue;
        }
        const atMs = loop.ratePerSecond === null ? nowMs() : startMs + (added * 1_000) / loop.ratePerSecond;
        if (atMs >= endMs) return;
        added++;
        const waitMs = atMs - nowMs();
        if (waitMs > 0) await pause(waitMs);
        await queue.add('post', eventBody('floor', loop.bytes));
      }
    };
    await Promise.all(Array.from({ length: 16 }, add));
    while (done < added) await pause(1);
    return done;
  });
  await worker.close();
  await queue.close();
  connection.disconnect();
  return looped;
}

const handlers = { postLoop, queueLoop };
export type FloorHandlers = typeof handlers;

serve(handlers);
