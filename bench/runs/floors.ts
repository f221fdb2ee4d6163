import type { ClientName } from '../children/clients.js';
import { CLIENTS } from '../children/clients.js';
import type { InsertRouteHandlers } from '../children/insert-route.js';
import type { Looped } from '../children/floor.js';
import { startChild } from '../children/child.js';
import type { Options } from '../command-line.js';
import { type Latency, latencyOf } from '../measure/percentiles.js';
import { endpointOf, type Stage } from '../stage/stage.js';

/** The client that the deliveries go through today: the ratios are to the bare loop with this one. */
export const PRODUCT_CLIENT: ClientName = 'undici';

export const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[];

/** What one client costs without the product around it. */
export interface ClientFloor {
  post: Looped;
  queue: Looped;
  /** add → arrival, at half of the queue loop's rate. */
  halfLoad: Latency;
}

type Load = Pick<Options, 'publishers' | 'seconds'> & { bytes: number };

export async function measureClient(stage: Stage, client: ClientName, { publishers, seconds, bytes }: Load): Promise<ClientFloor> {
  const loop = { client, url: endpointOf(stage, 0, '/floor'), bytes, seconds, concurrency: publishers };
  const queueLoop = { ...loop, redisUrl: stage.redis.url };
  await stage.receiver.call('begin', {});
  const post = await stage.floor.call('postLoop', loop);
  const queue = await stage.floor.call('queueLoop', { ...queueLoop, ratePerSecond: null });
  await stage.receiver.call('begin', {});
  await stage.floor.call('queueLoop', { ...queueLoop, ratePerSecond: queue.done / queue.seconds / 2 });
  const { latenciesMs } = await stage.receiver.call('read');
  return { post, queue, halfLoad: latencyOf(latenciesMs) };
}

/** The bare loops get as much time to be compiled as the product does. */
export async function warmFloors(
  stage: Stage,
  { publishers, warmUp, bytes }: Pick<Options, 'publishers' | 'warmUp'> & { bytes: number },
): Promise<void> {
  const loop = {
    url: endpointOf(stage, 0, '/floor'),
    bytes,
    seconds: warmUp / CLIENT_NAMES.length,
    concurrency: publishers,
    redisUrl: stage.redis.url,
  };
  for (const client of CLIENT_NAMES) await stage.floor.call('queueLoop', { ...loop, client, ratePerSecond: null });
}

export interface InsertFloor {
  acceptedPerSecond: number;
  full: Latency;
  /** At the rate that was asked for. */
  atRate: Latency;
}

/** A bare route with one committed insert, under the product's own load and at a given rate. */
export async function measureInsert(stage: Stage, { publishers, seconds, bytes }: Load, ratePerSecond: number): Promise<InsertFloor> {
  const route = startChild<InsertRouteHandlers>('insert-route');
  try {
    const url = await route.call('listen', stage.databaseUrl);
    const load = { url: `${url}/`, key: 'none', types: typesOf(publishers), bytes, seconds, maxEvents: Infinity };
    // The first turn is to warm it up.
    await stage.publisher.call('publish', { ...load, ratePerSecond: null });
    const full = await stage.publisher.call('publish', { ...load, ratePerSecond: null });
    const atRate = await stage.publisher.call('publish', { ...load, ratePerSecond });
    return {
      acceptedPerSecond: (full.latenciesMs.length * 1_000) / (full.endedAtMs - full.startedAtMs),
      full: latencyOf(full.latenciesMs),
      atRate: latencyOf(atRate.latenciesMs),
    };
  } finally {
    route.stop();
  }
}

/** A type for each publisher. */
export const typesOf = (publishers: number): string[] => Array.from({ length: publishers }, (_, i) => `bench.p${i}`);
