import { DomainError } from '#domain/errors.js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';

function callerOf(context: ExecutionContext): Principal {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('A public route asked who is calling.');
  return principal;
}

/** The caller, as `Principal`. Not for public routes. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => callerOf(context));

/** The caller's tenant (uuid). An operator's key belongs to none: 403 `tenant_key_required`. */
export const TenantId = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { tenantId } = callerOf(context);
  if (tenantId === null) throw new DomainError('tenant_key_required', 'This needs the key of a tenant; an operator’s key belongs to none.');
  return tenantId;
});
