import { createLogger } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import type { ExpungeStore } from '#store/expunge.store.js';
import type { RetentionStore } from '#store/retention.store.js';
import { Expunger } from './expunger.js';
import { Retention } from './retention.js';
import { UpkeepObserver } from './upkeep-observer.js';

describe('what goes on beside the rounds of upkeep', () => {
  it('is counted when it fails, each under its own name', async () => {
    const metrics = new Metrics('test');
    const observer = new UpkeepObserver(createLogger('test', 'silent'), metrics);
    const away = { take: () => Promise.reject(new Error('The database is away.')) };
    const retention = Promise.withResolvers<unknown>();
    const expunging = Promise.withResolvers<unknown>();
    const parts = [
      new Retention(away as unknown as RetentionStore, { ...observer.retention, failed: retention.resolve }),
      new Expunger(away as unknown as ExpungeStore, { ...observer.expunging, failed: expunging.resolve }),
    ];
    for (const part of parts) part.start();
    observer.retention.failed(await retention.promise);
    observer.expunging.failed(await expunging.promise);
    await Promise.all(parts.map((part) => part.stop()));
    const { values } = await metrics.registry.getSingleMetric('tidings_upkeep_failures_total')!.get();
    const failed = Object.fromEntries(values.map(({ labels, value }) => [(labels as { step?: string }).step, value]));
    expect(failed).toMatchObject({ retention: 1, expunging: 1, days: 0 });
  });
});
