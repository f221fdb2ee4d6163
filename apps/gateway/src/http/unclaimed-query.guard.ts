import { invalidField } from '#domain/errors.js';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';

/** A route that reads no query refuses one: `?tenantId=…` on a route that would not obey it must not look as if it did. */
@Injectable()
export class UnclaimedQueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const [name] = Object.keys(request.query as object);
    if (name === undefined || readsQuery(context)) return true;
    throw invalidField(`/${name.slice(0, 256)}`, 'unknown_field', 'This route takes no query parameters of this name.');
  }
}

function readsQuery(context: ExecutionContext): boolean {
  const params = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ?? {}) as object;
  return Object.keys(params).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
