import { RouteConfig } from '@nestjs/platform-fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    opaquePayload?: boolean;
    maxBodyBytes?: number;
  }
}

/**
 * The body is the caller's own and kept byte for byte: text that Postgres could not hold (U+0000, half a surrogate pair) and any number of
 * members are allowed in it. `maxBytes` raises the body limit of the route.
 */
export const OpaquePayload = (options: { maxBytes?: number } = {}): MethodDecorator =>
  RouteConfig({ opaquePayload: true, ...(options.maxBytes === undefined ? {} : { maxBodyBytes: options.maxBytes }) });
