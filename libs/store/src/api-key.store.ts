import { DomainError, invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { poolOf } from './data-source.js';
import { ApiKeyEntity } from './entities/api-key.entity.js';
import { violates } from './storage-error.js';

/** A key that may be used now. */
export interface LiveApiKey {
  id: string;
  name: string;
  tenantId: string | null;
  permissions: string[];
  appPermissions: string[];
}

export type NewApiKey = Pick<
  ApiKeyEntity,
  'id' | 'tenantId' | 'name' | 'hash' | 'hint' | 'permissions' | 'appPermissions' | 'appId' | 'expiresAt' | 'createdBy'
>;

/** Which keys a caller may see: those of one tenant, the operator's own, or all. */
export type KeyScope = { tenantId: string | null } | 'all';

@Injectable()
export class ApiKeyStore {
  constructor(private readonly dataSource: DataSource) {}

  /** The key of this hash, unless it is revoked or expired by the database's clock. */
  async findLive(hash: Buffer): Promise<LiveApiKey | null> {
    const { rows } = await poolOf(this.dataSource).query<LiveApiKey>({
      name: 'api-key-live',
      text: `SELECT id, name, tenant_id AS "tenantId", permissions, app_permissions AS "appPermissions" FROM api_keys
             WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
      values: [hash],
    });
    return rows[0] ?? null;
  }

  /** Notes that the key was used, to the minute. */
  async noteUse(id: string): Promise<void> {
    await poolOf(this.dataSource).query(
      `UPDATE api_keys SET last_used_at = now() WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      [id],
    );
  }

  /** Throws DomainError `quota_exceeded` when the tenant has its full number of keys, `invalid_tenant` when there is no such tenant, `unknown_app`. */
  create(key: NewApiKey): Promise<ApiKeyEntity> {
    return this.dataSource.transaction(async (manager) => {
      if (key.tenantId !== null) await makeRoom(manager, key.tenantId);
      const row = manager.create(ApiKeyEntity, { ...key, revokedAt: null, lastUsedAt: null });
      await insertRow(manager, row);
      return row;
    });
  }

  /** The operator's first key. Does nothing when this hash is known, revoked or not. Answers whether it was added. */
  async addBootstrapKey(key: NewApiKey): Promise<boolean> {
    try {
      await this.dataSource.manager.insert(ApiKeyEntity, key);
      return true;
    } catch (error) {
      if (violates(error, 'api_keys_hash_key')) return false;
      throw error;
    }
  }

  /** Newest last; from after `position` (an id), at most `count`. */
  list(scope: KeyScope, position: string | null, count: number): Promise<ApiKeyEntity[]> {
    const query = this.dataSource.manager.createQueryBuilder(ApiKeyEntity, 'key').orderBy('key.id').limit(count);
    if (scope !== 'all') query.andWhere('key.tenant_id IS NOT DISTINCT FROM :tenantId', { tenantId: scope.tenantId });
    if (position !== null) query.andWhere('key.id > :position', { position });
    return query.getMany();
  }

  find(scope: KeyScope, id: string): Promise<ApiKeyEntity | null> {
    const where = scope === 'all' ? { id } : { id, tenantId: scope.tenantId ?? IsNull() };
    return this.dataSource.manager.findOneBy(ApiKeyEntity, where);
  }

  /** Revokes the key for ever. Answers whether there was one that was not revoked yet. */
  async revoke(scope: KeyScope, id: string): Promise<boolean> {
    const where = scope === 'all' ? { id } : { id, tenantId: scope.tenantId ?? IsNull() };
    const { affected } = await this.dataSource.manager.update(
      ApiKeyEntity,
      { ...where, revokedAt: IsNull() },
      { revokedAt: () => 'now()' },
    );
    return (affected ?? 0) > 0;
  }
}

async function insertRow(manager: EntityManager, row: ApiKeyEntity): Promise<void> {
  try {
    await manager.insert(ApiKeyEntity, row);
  } catch (error) {
    if (violates(error, 'api_keys_app')) throw unknownApp();
    throw error;
  }
}

/** A key of a tenant may speak for an app of that tenant, and for no other. */
export const unknownApp = (): DomainError => invalidField('/appId', 'unknown_app', 'The key’s tenant has no such app.');

/** Locks the tenant, so that two creations at once cannot both take the last place. */
async function makeRoom(manager: EntityManager, tenantId: string): Promise<void> {
  const found: unknown[] = await manager.query('SELECT 1 FROM tenants WHERE id = $1 FOR UPDATE', [tenantId]);
  if (found.length === 0) throw new DomainError('invalid_tenant', 'There is no such tenant.');
  const count = await manager.countBy(ApiKeyEntity, { tenantId, revokedAt: IsNull() });
  const { max } = LIMITS.apiKeysPerTenant;
  if (count >= max) throw new DomainError('quota_exceeded', `The tenant has ${max} keys already; revoke one first.`);
}
