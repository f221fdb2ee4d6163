import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { type DynamicModule, Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Health } from './health.js';
import { createLogger, type Logger, LOGGER_TOKEN } from './logger.js';
import { Metrics } from './metrics.js';
import { openTracer } from './open-tracer.js';
import { ProbeServer } from './probe-server.js';
import { type Tracer, TRACER_TOKEN } from './tracer.js';

/** Probes answer until everything else has stopped. */
@Injectable()
class ProbeServerShutdown implements OnApplicationShutdown {
  constructor(@Inject(ProbeServer) private readonly server: ProbeServer) {}

  onApplicationShutdown(): Promise<void> {
    return this.server.close();
  }
}

/** After the last request and the last attempt: their spans leave too. */
@Injectable()
class TracerShutdown implements OnApplicationShutdown {
  constructor(@Inject(TRACER_TOKEN) private readonly tracer: Tracer | null) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tracer?.stop();
  }
}

/** Logger (LOGGER_TOKEN), Metrics, Health, ProbeServer and the tracer (TRACER_TOKEN; null: traces are off) of one process. */
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
        {
          provide: TRACER_TOKEN,
          inject: [SETTINGS_TOKEN, Metrics, LOGGER_TOKEN],
          useFactory: (settings: Settings, metrics: Metrics, log: Logger) => openTracer(service, settings, metrics, log),
        },
        TracerShutdown,
      ],
      exports: [LOGGER_TOKEN, Metrics, Health, ProbeServer, TRACER_TOKEN],
    };
  }
}
