import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ConnectionOptions } from 'bullmq';
import { connectQueue, type QueueConnection } from './connection.js';

/** The connection that a process's workers share. Closed last: BullMQ's own shutdown still talks through it. */
@Injectable()
export class WorkerConnection implements OnApplicationShutdown {
  private readonly link: QueueConnection;

  constructor(@Inject(SETTINGS_TOKEN) settings: Settings) {
    this.link = connectQueue(settings, 'worker', () => undefined);
  }

  get connection(): ConnectionOptions {
    return this.link.connection;
  }

  get prefix(): string {
    return this.link.prefix;
  }

  onApplicationShutdown(): Promise<void> {
    return this.link.close();
  }
}
