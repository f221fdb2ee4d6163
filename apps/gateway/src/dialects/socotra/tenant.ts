import { DomainError, invalidField } from '#domain/errors.js';
import { isUuid } from '#domain/ids.js';
import type { SocotraProfile } from '#domain/tenant.js';
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TenantsService } from '../../access/tenants.service.js';
import type { Writer } from '../../subscriptions/writer.js';

/** Who asks within the tenant that the path names, and which of Socotra's products that tenant's API is shaped like. */
export interface SocotraCaller extends Writer {
  profile: SocotraProfile;
}

declare module 'fastify' {
  interface FastifyRequest {
    socotra?: SocotraCaller;
  }
}

/** `@Tenant() caller: SocotraCaller`, behind the TenantGuard. */
export const Tenant = createParamDecorator((_: unknown, context: ExecutionContext): SocotraCaller => {
  const { socotra } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!socotra) throw new Error('A route without the TenantGuard asked for the tenant.');
  return socotra;
});

/** Lets a key into its own tenant alone. Errors: `tenant_key_required`, `invalid_id` for a locator that is no uuid, `not_found`. */
@Injectable()
export class TenantGuard implements CanActivate {
  constructor(@Inject(TenantsService) private readonly tenants: TenantsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { principal } = request;
    if (!principal) throw new Error('The TenantGuard comes after the AccessGuard.');
    const { tenantId } = principal;
    if (tenantId === null)
      throw new DomainError('tenant_key_required', 'This needs the key of a tenant; an operator’s key belongs to none.');
    const { tenantLocator = '' } = request.params as { tenantLocator?: string };
    if (!isUuid(tenantLocator)) throw invalidField('/tenantLocator', 'invalid_id', 'A tenant’s locator is a uuid.');
    if (tenantLocator.toLowerCase() !== tenantId) throw new DomainError('not_found', 'There is no such tenant.');
    const { settings } = await this.tenants.find(tenantId);
    request.socotra = { ...principal, tenantId, profile: settings.socotraProfile ?? 'insuranceSuite' };
    return true;
  }
}
