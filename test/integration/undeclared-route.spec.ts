import 'reflect-metadata';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Public, Requires } from '../../apps/gateway/src/access/requires.decorator.js';
import { RouteAudit } from '../../apps/gateway/src/access/route-audit.js';

@Controller('declared')
@Requires('events:list')
class DeclaredController {
  @Get()
  list(): void {}

  @Get('open')
  @Public()
  show(): void {}

  notARoute(): void {}
}

@Controller('forgotten')
class ForgottenController {
  @Get()
  @Public()
  show(): void {}

  @Get('secret')
  secret(): void {}
}

async function boot(...controllers: Type[]): Promise<void> {
  @Module({ imports: [DiscoveryModule], controllers, providers: [RouteAudit] })
  class Application {}
  const app = await NestFactory.createApplicationContext(Application, { logger: false, abortOnError: false });
  await app.close();
}

describe('a gateway with a route that does not say who may use it', () => {
  it('does not start, and names the route', async () => {
    await expect(boot(DeclaredController, ForgottenController)).rejects.toThrow(/: ForgottenController\.secret\.$/);
  });

  it('starts once every route says so', async () => {
    await expect(boot(DeclaredController)).resolves.toBeUndefined();
  });
});
