import { DomainError } from '#domain/errors.js';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TenantEntity, type TenantSettings } from './entities/tenant.entity.js';
import { newUuid } from './new-id.js';
import { violates } from './storage-error.js';

export interface TenantChange {
  name?: string;
  /** Laid over the settings that are there. */
  settings?: TenantSettings;
}

@Injectable()
export class TenantStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Throws DomainError `already_exists` when the slug is taken. */
  async create(tenant: Pick<TenantEntity, 'slug' | 'name' | 'settings'>): Promise<TenantEntity> {
    const { manager } = this.dataSource;
    const row = manager.create(TenantEntity, { ...tenant, id: newUuid() });
    try {
      await manager.insert(TenantEntity, row);
    } catch (error) {
      if (violates(error, 'tenants_slug_key')) throw new DomainError('already_exists', 'There is a tenant of this slug already.');
      throw error;
    }
    return row;
  }

  /** Oldest first; from after `position` (an id), at most `count`. */
  list(position: string | null, count: number): Promise<TenantEntity[]> {
    const query = this.dataSource.manager.createQueryBuilder(TenantEntity, 'tenant').orderBy('tenant.id').limit(count);
    if (position !== null) query.where('tenant.id > :position', { position });
    return query.getMany();
  }

  find(id: string): Promise<TenantEntity | null> {
    return this.dataSource.manager.findOneBy(TenantEntity, { id });
  }

  /** For the dialects, whose paths name a tenant by its slug. */
  findBySlug(slug: string): Promise<TenantEntity | null> {
    return this.dataSource.manager.findOneBy(TenantEntity, { slug });
  }

  /** Resolves when the database answers and has been migrated. */
  async ping(): Promise<void> {
    await this.dataSource.query('SELECT 1 FROM tenants LIMIT 1');
  }

  /** Answers the tenant as it is then; null when there is none. */
  async change(id: string, { name, settings }: TenantChange): Promise<TenantEntity | null> {
    await this.dataSource.manager.query(
      `UPDATE tenants SET name = coalesce($2, name), settings = settings || $3::jsonb, updated_at = now() WHERE id = $1`,
      [id, name ?? null, JSON.stringify(settings ?? {})],
    );
    return this.find(id);
  }
}
