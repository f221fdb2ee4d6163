import { Health } from '#observability/health.js';
import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'node:http';

/** As long as a request may take to arrive: node stops watching for slow ones once the server closes. */
const DEADLINE_MS = 30_000;

/**
 * Told to stop, the gateway first says that it is not ready, then closes its port and finishes the requests under way.
 * Each of those answers ends its connection, which would otherwise be kept alive and hold up the close.
 */
@Injectable()
export class GracefulClose implements OnModuleDestroy, BeforeApplicationShutdown {
  constructor(
    private readonly health: Health,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleDestroy(): void {
    this.health.drain();
  }

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    setTimeout(() => server.closeAllConnections(), DEADLINE_MS).unref();
  }
}

/** Ends the connection with the answer once the gateway is stopping. */
export function closeWhenDraining(fastify: FastifyInstance, health: Health): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (health.isDraining) void reply.header('connection', 'close');
    done(null, payload);
  });
}
