import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { Global, Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DELIVER_QUEUE, FANOUT_QUEUE } from './queues.js';
import { WakeProducer } from './wake-producer.js';

/** Wakes the fan-out of stored events. */
@Injectable()
export class FanoutWake extends WakeProducer implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(SETTINGS_TOKEN) settings: Settings) {
    super(FANOUT_QUEUE, settings);
  }

  onApplicationBootstrap(): void {
    this.open();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** Wakes the claim of deliveries that are due. */
@Injectable()
export class DeliverWake extends WakeProducer implements OnApplicationShutdown {
  constructor(@Inject(SETTINGS_TOKEN) settings: Settings) {
    super(DELIVER_QUEUE, settings);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

@Global()
@Module({ providers: [FanoutWake, DeliverWake], exports: [FanoutWake, DeliverWake] })
export class WakeModule {}
