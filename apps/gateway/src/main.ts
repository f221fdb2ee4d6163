import 'reflect-metadata';
import { maskedSettings, readSettings, type Settings } from '#config/settings.js';
import { createLogger, type Logger } from '#observability/logger.js';
import { ProbeServer } from '#observability/probe-server.js';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createGateway } from './create-gateway.js';
import { startupSentence } from './startup-sentence.js';

/** Says why the gateway cannot start or go on, and ends the process: half a gateway helps nobody. */
function giveUp(logger: Logger, error: unknown): never {
  const sentence = startupSentence(error);
  if (sentence === null) logger.fatal({ err: error }, 'gateway.crashed');
  else logger.fatal({ reason: sentence }, 'gateway.refused_to_start');
  process.exit(1);
}

async function listen(app: NestFastifyApplication, settings: Settings, logger: Logger): Promise<void> {
  await app.listen(settings.PORT, settings.HOST);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const metricsPort = await app.get(ProbeServer).listen(settings.METRICS_PORT, settings.HOST);
  logger.info({ port, metricsPort }, 'gateway.listening');
}

async function start(settings: Settings, logger: Logger): Promise<void> {
  logger.info({ settings: maskedSettings(settings) }, 'gateway.starting');
  const app = await createGateway(settings, logger, join(import.meta.dirname, '..', '..', 'console'));
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await listen(app, settings, logger);
}

let logger = createLogger('tidings-gateway', 'info');
process.on('unhandledRejection', (error) => giveUp(logger, error));
process.on('uncaughtException', (error) => giveUp(logger, error));
try {
  const settings = readSettings();
  logger = createLogger('tidings-gateway', settings.LOG_LEVEL);
  await start(settings, logger);
} catch (error) {
  giveUp(logger, error);
}
