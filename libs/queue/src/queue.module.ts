import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { FanoutWake } from './fanout-wake.js';
import { DELIVER_QUEUE } from './queues.js';
import { WakeMetrics } from './wake-metrics.js';
import { WakeProducer } from './wake-producer.js';

/** Wakes the claim of deliveries that are due. */
@Injectable()
export class DeliverWake extends WakeProducer implements OnApplicationShutdown {
  constructor(@Inject(SETTINGS_TOKEN) settings: Settings, metrics: WakeMetrics) {
    super(DELIVER_QUEUE, settings, (result, ids) => metrics.count(DELIVER_QUEUE, result, ids));
    metrics.watch(DELIVER_QUEUE, () => this.waitingJobs());
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

@Global()
@Module({ providers: [WakeMetrics, FanoutWake, DeliverWake], exports: [WakeMetrics, FanoutWake, DeliverWake] })
export class WakeModule {}
