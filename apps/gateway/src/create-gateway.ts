import type { Settings } from '#config/settings.js';
import { Health } from '#observability/health.js';
import { type Logger, NestLogger } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import { Rollups } from '#store/rollups.js';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { actAsCaller } from './access/act-as-caller.js';
import { serveConsole } from './console/serve-console.js';
import { GatewayModule } from './gateway.module.js';
import { createAdapter } from './http/adapter.js';
import { closeWhenDraining } from './http/graceful-close.js';
import { observeRequests } from './http/observe-requests.js';
import { serveOpenApi } from './openapi.js';

/** The gateway, ready to listen. `consoleFolder`: where the built console is. Rejects when the database cannot be reached or something in it does not fit together. */
export async function createGateway(settings: Settings, logger: Logger, consoleFolder: string): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule, createAdapter(settings.TRUST_PROXIES), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  observeRequests(fastify, app.get(Metrics));
  actAsCaller(fastify);
  closeWhenDraining(fastify, app.get(Health));
  // After the last request, and before the database is let go.
  fastify.addHook('onClose', () => app.get(Rollups).stop());
  if (settings.SERVE_DOCS) serveOpenApi(app);
  if (!(await serveConsole(fastify, consoleFolder))) logger.warn({ consoleFolder }, 'console.missing');
  return app;
}
