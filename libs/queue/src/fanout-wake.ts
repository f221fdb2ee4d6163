import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Floods } from './floods.js';
import { FANOUT_QUEUE, FLOOD_QUEUE, type QueueName } from './queues.js';
import { WakeMetrics } from './wake-metrics.js';
import { WakeProducer } from './wake-producer.js';

/** Wakes the fan-out of stored events. What a tenant brings beyond its share goes to a queue of its own, so that nobody stands behind it. */
@Injectable()
export class FanoutWake implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly floods = new Floods(() => performance.now());
  private readonly prompt: WakeProducer;
  private readonly flood: WakeProducer;

  constructor(@Inject(SETTINGS_TOKEN) settings: Settings, metrics: WakeMetrics) {
    const open = (queue: QueueName): WakeProducer => {
      const producer = new WakeProducer(queue, settings, (result, ids) => metrics.count(queue, result, ids));
      metrics.watch(queue, () => producer.waitingJobs());
      return producer;
    };
    this.prompt = open(FANOUT_QUEUE);
    this.flood = open(FLOOD_QUEUE);
  }

  /** `tenantId`: whose the events are. */
  wake(eventUuids: string[], tenantId: string): void {
    (this.floods.isFlood(tenantId, eventUuids.length) ? this.flood : this.prompt).wake(eventUuids);
  }

  onApplicationBootstrap(): void {
    this.prompt.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.prompt.close(), this.flood.close()]);
  }
}
