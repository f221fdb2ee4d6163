import { RouteConfig } from '@nestjs/platform-fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    formBody?: boolean;
  }
}

/** The route takes `application/x-www-form-urlencoded` too: an object of texts, of a repeated name a list. For dialects whose clients send forms. */
export const FormBody = (): MethodDecorator => RouteConfig({ formBody: true });
