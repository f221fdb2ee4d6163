import { DomainError } from '#domain/errors.js';
import type { TenantEntity } from '#store/entities/tenant.entity.js';
import { TenantStore } from '#store/tenant.store.js';
import { Injectable } from '@nestjs/common';

/** A caller's own tenant, for the dialects: their paths name one, and some of its settings are theirs. */
@Injectable()
export class TenantsService {
  constructor(private readonly tenants: TenantStore) {}

  /** By its uuid; throws `not_found`. */
  async find(id: string): Promise<TenantEntity> {
    const tenant = await this.tenants.find(id);
    if (!tenant) throw new DomainError('not_found', 'There is no such tenant.');
    return tenant;
  }
}
