import { DomainError } from '#domain/errors.js';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TenantSlugs } from '../../access/tenant-slugs.js';
import { notFound } from '../../http/path-ids.js';

/** A project is the tenant whose slug it names. Every project but the caller's own is not found, whether there is one or not. */
@Injectable()
export class ProjectGuard implements CanActivate {
  constructor(private readonly slugs: TenantSlugs) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params, principal } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { projectId?: string } }>>();
    if (!principal?.tenantId) throw new DomainError('tenant_key_required', 'This needs the key of a project.');
    if (!(await this.slugs.isSlugOf(params.projectId ?? '', principal.tenantId))) throw notFound();
    return true;
  }
}
