import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ROUTE_ACCESS, type RouteAccess } from './requires.decorator.js';

/** Stops the start of a gateway that has a route which does not say who may use it. */
@Injectable()
export class RouteAudit implements OnModuleInit {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const undeclared = this.discovery.getControllers().flatMap(({ metatype }) => (metatype ? this.undeclaredRoutes(metatype) : []));
    if (undeclared.length > 0) {
      throw new Error(`These routes do not declare who may use them (@Requires, @OperatorOnly or @Public): ${undeclared.join(', ')}.`);
    }
  }

  private undeclaredRoutes(controller: NonNullable<ReturnType<DiscoveryService['getControllers']>[number]['metatype']>): string[] {
    const prototype = controller.prototype as Record<string, unknown>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, [handler, controller as () => unknown]);
      return access === undefined ? [`${controller.name}.${name}`] : [];
    });
  }
}
