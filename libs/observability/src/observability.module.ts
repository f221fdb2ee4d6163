import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { type DynamicModule, Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Health } from './health.js';
import { createLogger, LOGGER_TOKEN } from './logger.js';
import { Metrics } from './metrics.js';
import { ProbeServer } from './probe-server.js';

/** Probes answer until everything else has stopped. */
@Injectable()
class ProbeServerShutdown implements OnApplicationShutdown {
  constructor(@Inject(ProbeServer) private readonly server: ProbeServer) {}

  onApplicationShutdown(): Promise<void> {
    return this.server.close();
  }
}

/** Logger (LOGGER_TOKEN), Metrics, Health and ProbeServer of one process. */
@Global()
@Module({})
export class ObservabilityModule {
  static forProcess(service: string): DynamicModule {
    return {
      module: ObservabilityModule,
      providers: [
        { provide: LOGGER_TOKEN, inject: [SETTINGS_TOKEN], useFactory: (settings: Settings) => createLogger(service, settings.LOG_LEVEL) },
        { provide: Metrics, useFactory: () => new Metrics(service) },
        { provide: Health, useFactory: () => new Health() },
        {
          provide: ProbeServer,
          inject: [Health, Metrics],
          useFactory: (health: Health, metrics: Metrics) => new ProbeServer(health, metrics),
        },
        ProbeServerShutdown,
      ],
      exports: [LOGGER_TOKEN, Metrics, Health, ProbeServer],
    };
  }
}
