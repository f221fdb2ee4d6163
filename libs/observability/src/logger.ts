import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import { logStream } from './log-stream.js';
import { redact } from './redact.js';

export type { Logger } from 'pino';

/** Injection token of the process's logger. */
export const LOGGER_TOKEN = Symbol('logger');

/**
 * JSON lines on standard output. A line is `log.info({ …fields }, 'noun.verb')`; fields that may hold a secret are masked by their name,
 * at any depth (see redact).
 */
export const createLogger = (service: string, level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: { service, pid: process.pid },
      messageKey: 'event',
      // redact has made errors plain already; pino's own serializer would take the type from them.
      serializers: { err: (error: unknown) => error },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redact(fields) as Record<string, unknown> },
    },
    destination ?? logStream(),
  );

const text = (message: unknown): string =>
  typeof message === 'string' ? message : message instanceof Error ? message.message : JSON.stringify(message);

/** Lets the framework speak through our logger. Its start-up chatter is only of use at debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: rest.at(-1), detail: text(message) }, 'framework.noted');
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ context: rest.at(-1), detail: text(message) }, 'framework.warned');
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error({ context: rest.at(-1), detail: text(message), stack: rest.length > 1 ? rest[0] : undefined }, 'framework.failed');
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal({ context: rest.at(-1), detail: text(message) }, 'framework.failed');
  }

  debug(message: unknown): void {
    this.logger.trace({ detail: text(message) }, 'framework.noted');
  }

  verbose(message: unknown): void {
    this.logger.trace({ detail: text(message) }, 'framework.noted');
  }
}
