import { Controller, Get, Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Public, Requires } from './requires.decorator.js';
import { RouteAudit } from './route-audit.js';

@Controller('a')
class Declared {
  @Get()
  @Requires('events:read')
  read(): void {}

  helper(): void {}
}

@Controller('b')
@Public()
class DeclaredAsAWhole {
  @Get()
  read(): void {}
}

@Controller('c')
class Forgetful {
  @Get()
  @Requires('events:read')
  read(): void {}

  @Get('other')
  forgotten(): void {}
}

class ForgetfulHeir extends Forgetful {}
Controller('d')(ForgetfulHeir);

function start(...controllers: Type[]): Promise<unknown> {
  @Module({ imports: [DiscoveryModule], controllers, providers: [RouteAudit] })
  class App {}
  return Test.createTestingModule({ imports: [App] })
    .compile()
    .then((module) => module.init());
}

describe('a gateway', () => {
  it('starts when every route says who may use it', async () => {
    await expect(start(Declared, DeclaredAsAWhole)).resolves.toBeDefined();
  });

  it('does not start with a route that says nothing, and names it', async () => {
    await expect(start(Declared, Forgetful)).rejects.toThrow('Forgetful.forgotten');
  });

  it('does not start with one that inherits such a route', async () => {
    await expect(start(ForgetfulHeir)).rejects.toThrow('ForgetfulHeir.forgotten');
  });
});
