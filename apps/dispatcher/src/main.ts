import 'reflect-metadata';
import { maskedSettings, readSettings, SettingsError } from '#config/settings.js';
import { type Logger, LOGGER_TOKEN, NestLogger } from '#observability/logger.js';
import { ProbeServer } from '#observability/probe-server.js';
import { NestFactory } from '@nestjs/core';
import { DispatcherModule } from './dispatcher.module.js';

async function main(): Promise<void> {
  const settings = readSettings();
  const app = await NestFactory.createApplicationContext(DispatcherModule, { bufferLogs: true, abortOnError: false });
  const log = app.get<Logger>(LOGGER_TOKEN);
  app.useLogger(new NestLogger(log));
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  process.on('unhandledRejection', (err) => {
    log.fatal({ err }, 'process.failed');
    process.exit(1);
  });
  const metricsPort = await app.get(ProbeServer).listen(settings.METRICS_PORT, settings.HOST);
  log.info({ metricsPort, settings: maskedSettings(settings) }, 'dispatcher.started');
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1);
});
