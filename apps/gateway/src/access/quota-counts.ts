import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { LOGGER_TOKEN, type Logger } from '#observability/logger.js';
import { RedisCounts } from '#queue/redis-counts.js';
import { RateWindowStore } from '#store/rate-window.store.js';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WINDOW_SECONDS } from './quota-window.js';
import { Quotas, type SharedCounts } from './quotas.js';

/** The counts that gateways share: in Redis where there is one, else in Postgres. */
@Injectable()
export class QuotaCounts implements SharedCounts, OnApplicationShutdown {
  private readonly redis: RedisCounts | null;

  constructor(
    @Inject(SETTINGS_TOKEN) settings: Settings,
    @Inject(RateWindowStore) private readonly store: RateWindowStore,
  ) {
    this.redis = settings.REDIS_URL === undefined ? null : new RedisCounts(settings.REDIS_URL, settings.QUEUE_PREFIX, WINDOW_SECONDS);
  }

  add(counts: readonly { name: string; points: number }[]): Promise<{ used: number; msLeft: number }[]> {
    if (counts.length === 0) return Promise.resolve([]);
    return this.redis ? this.redis.add(counts) : this.store.add(counts, WINDOW_SECONDS);
  }

  onApplicationShutdown(): void {
    this.redis?.close();
  }
}

export const quotaProvider = {
  provide: Quotas,
  inject: [QuotaCounts, SETTINGS_TOKEN, LOGGER_TOKEN],
  useFactory: (counts: QuotaCounts, settings: Settings, logger: Logger): Quotas =>
    new Quotas(counts, {
      tenantPerSecond: settings.RATE_LIMIT_PER_TENANT,
      keyPerSecond: settings.RATE_LIMIT_PER_CALLER,
      onShared: (isShared, err) => (isShared ? logger.info('quotas.shared') : logger.warn({ err }, 'quotas.local')),
    }),
};
