import { type AuditAction, changedFields } from '#domain/audit.js';
import { DomainError } from '#domain/errors.js';
import { formatAppId } from '#domain/ids.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { audit } from './audit.js';
import { ApiKeyEntity } from './entities/api-key.entity.js';
import { AppEntity } from './entities/app.entity.js';
import { newUuid } from './new-id.js';

export type AppDefinition = Pick<AppEntity, 'name' | 'permissions' | 'permissionMatch' | 'baseUrl'>;

/** Publishers. Every method asks for the tenant first: another tenant's app is not there. */
@Injectable()
export class AppStore {
  constructor(private readonly dataSource: DataSource) {}

  create(tenantId: string, app: AppDefinition): Promise<AppEntity> {
    return this.dataSource.transaction((manager) => insertApp(manager, tenantId, app));
  }

  /** Makes the app that a key speaks for from then on. Throws DomainError `already_exists` when the key has one. */
  createForKey(tenantId: string, keyId: string, app: AppDefinition): Promise<AppEntity> {
    return this.dataSource.transaction(async (manager) => {
      const row = await insertApp(manager, tenantId, app);
      const { affected } = await manager.update(ApiKeyEntity, { tenantId, id: keyId, appId: IsNull() }, { appId: row.id });
      if (affected !== 1) throw new DomainError('already_exists', 'This key speaks for an app already.');
      return row;
    });
  }

  /** The app that a key speaks for; null when there is none. */
  async findOfKey(tenantId: string, keyId: string): Promise<AppEntity | null> {
    const key = await this.dataSource.manager.findOneBy(ApiKeyEntity, { tenantId, id: keyId });
    return key?.appId ? this.find(tenantId, key.appId) : null;
  }

  /** Oldest first; from after `position` (an id), at most `count`. */
  list(tenantId: string, position: string | null, count: number): Promise<AppEntity[]> {
    const query = this.dataSource.manager.createQueryBuilder(AppEntity, 'app').where('app.tenant_id = :tenantId', { tenantId });
    if (position !== null) query.andWhere('app.id > :position', { position });
    return query.orderBy('app.id').limit(count).getMany();
  }

  find(tenantId: string, id: string): Promise<AppEntity | null> {
    return this.dataSource.manager.findOneBy(AppEntity, { tenantId, id });
  }

  /** Answers the app as it is then; null when there is none. */
  async change(tenantId: string, id: string, change: Partial<AppDefinition>): Promise<AppEntity | null> {
    if (Object.keys(change).length === 0) return this.find(tenantId, id);
    return this.dataSource.transaction(async (manager) => {
      const before = await manager.findOne(AppEntity, { where: { tenantId, id }, lock: { mode: 'for_no_key_update' } });
      if (before === null) return null;
      await manager.update(AppEntity, { tenantId, id }, change);
      await note(manager, 'app.changed', before, changedFields(before, { ...before, ...change }));
      return manager.findOneByOrFail(AppEntity, { tenantId, id });
    });
  }

  /** Its event types go with it; what it has published stays. Answers whether there was one. */
  delete(tenantId: string, id: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.delete(AppEntity, { tenantId, id });
      if (affected !== 1) return false;
      await note(manager, 'app.deleted', { tenantId, id });
      return true;
    });
  }
}

async function insertApp(manager: EntityManager, tenantId: string, app: AppDefinition): Promise<AppEntity> {
  const row = manager.create(AppEntity, { ...app, id: newUuid(), tenantId });
  await manager.insert(AppEntity, row);
  await note(manager, 'app.created', row);
  return row;
}

const note = (
  manager: EntityManager,
  action: AuditAction,
  { tenantId, id }: Pick<AppEntity, 'tenantId' | 'id'>,
  changed: string[] = [],
): Promise<void> => audit(manager, { tenantId, action, object: formatAppId(id), changed });
