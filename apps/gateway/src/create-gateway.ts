import { type Logger, NestLogger } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayModule } from './gateway.module.js';
import { createAdapter } from './http/adapter.js';
import { observeRequests } from './http/observe-requests.js';
import { serveOpenApi } from './openapi.js';

/** The gateway, ready to listen. Rejects when the database cannot be reached or something in it does not fit together. */
export async function createGateway(logger: Logger): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule, createAdapter(), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  observeRequests(app.getHttpAdapter().getInstance(), app.get(Metrics));
  serveOpenApi(app);
  return app;
}

