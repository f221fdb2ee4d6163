import { changedFields } from '#domain/audit.js';
import { DomainError } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { audit } from './audit.js';
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
    const row = this.dataSource.manager.create(TenantEntity, { ...tenant, id: newUuid() });
    try {
      await this.dataSource.transaction(async (manager) => {
        await manager.insert(TenantEntity, row);
        await audit(manager, { tenantId: row.id, action: 'tenant.created', object: formatId('ten', row.id) });
      });
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
  change(id: string, { name, settings }: TenantChange): Promise<TenantEntity | null> {
    return this.dataSource.transaction(async (manager) => {
      const before = await manager.findOne(TenantEntity, { where: { id }, lock: { mode: 'for_no_key_update' } });
      if (!before) return null;
      await manager.query(
        `UPDATE tenants SET name = coalesce($2, name), settings = settings || $3::jsonb, updated_at = now() WHERE id = $1`,
        [id, name ?? null, JSON.stringify(settings ?? {})],
      );
      const after = await manager.findOneByOrFail(TenantEntity, { id });
      await audit(manager, { tenantId: id, action: 'tenant.changed', object: formatId('ten', id), changed: changedIn(before, after) });
      return after;
    });
  }
}

const changedIn = (before: TenantEntity, after: TenantEntity): string[] =>
  changedFields({ name: before.name, settings: before.settings }, { name: after.name, settings: after.settings }, new Set(['settings']));
