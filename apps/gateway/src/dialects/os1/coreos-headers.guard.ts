import { DomainError } from '#domain/errors.js';
import { isUuid, parseId } from '#domain/ids.js';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TenantSlugs } from '../../access/tenant-slugs.js';
import { REQUEST_ID, requestNumber } from './request-number.js';

/**
 * OS1's own headers: the request's number is repeated, and the tenant that a caller names has to be the key's. It runs after the access
 * guard, so the key is known. Throws `permission_denied` (403) for another tenant; which tenants there are is not told.
 */
@Injectable()
export class CoreosHeadersGuard implements CanActivate {
  constructor(private readonly slugs: TenantSlugs) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    void http.getResponse<FastifyReply>().header(REQUEST_ID, requestNumber(request));
    const named = request.headers['x-coreos-tid'];
    const tenantId = request.principal?.tenantId ?? null;
    if (named === undefined || tenantId === null || (await this.isNameOf(tenantId, String(named)))) return true;
    throw new DomainError('permission_denied', 'X-COREOS-TID does not name the tenant of this key.');
  }

  /** A tenant is named by its id, its uuid or its slug. */
  private async isNameOf(tenantId: string, name: string): Promise<boolean> {
    const uuid = isUuid(name) ? name.toLowerCase() : parseId('ten', name);
    return uuid === null ? this.slugs.isSlugOf(name, tenantId) : uuid === tenantId;
  }
}
