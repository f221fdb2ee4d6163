import type { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { openRedis } from './connection.js';

/** Counts by name in windows of equal length, shared through Redis. A window begins with the first count of a name. */
export class RedisCounts {
  private readonly redis: Redis;
  private readonly limiter: RateLimiterRedis;

  constructor(url: string, prefix: string, windowSeconds: number) {
    // Whoever counts notices by `add` that Redis is away.
    this.redis = openRedis(url, 'producer', () => undefined);
    this.limiter = new RateLimiterRedis({
      storeClient: this.redis,
      keyPrefix: `${prefix}:rate`,
      points: Number.MAX_SAFE_INTEGER,
      duration: windowSeconds,
      rejectIfRedisNotReady: true,
    });
  }

  /** Adds to each name; answers in the same order. Rejects at once while Redis is away, and after half a second of silence. */
  add(counts: readonly { name: string; points: number }[]): Promise<{ used: number; msLeft: number }[]> {
    return Promise.all(
      counts.map(async ({ name, points }) => {
        const { consumedPoints, msBeforeNext } = await this.limiter.penalty(name, points);
        return { used: consumedPoints, msLeft: msBeforeNext };
      }),
    );
  }

  close(): void {
    this.redis.disconnect();
  }
}
