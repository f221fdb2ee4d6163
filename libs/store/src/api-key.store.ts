import { DomainError, invalidField } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import type { TenantQuotas } from '#domain/tenant.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { audit } from './audit.js';
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
  /** Its tenant's own; null: the defaults. */
  quotas: TenantQuotas | null;
}

export type NewApiKey = Pick<
  ApiKeyEntity,
  'id' | 'tenantId' | 'name' | 'hash' | 'hint' | 'permissions' | 'appPermissions' | 'appId' | 'startsAt' | 'expiresAt' | 'createdBy'
>;

/** Which keys a caller may see: those of one tenant, the operator's own, or all. */
export type KeyScope = { tenantId: string | null } | 'all';

@Injectable()
export class ApiKeyStore {
  constructor(private readonly dataSource: DataSource) {}

  /** The key of this hash, unless it is revoked, expired or not begun yet by the database's clock. */
  async findLive(hash: Buffer): Promise<LiveApiKey | null> {
    const { rows } = await poolOf(this.dataSource).query<LiveApiKey>({
      name: 'api-key-live',
      text: `SELECT k.id, k.name, k.tenant_id AS "tenantId", k.permissions, k.app_permissions AS "appPermissions",
               t.settings->'quotas' AS quotas
             FROM api_keys k LEFT JOIN tenants t ON t.id = k.tenant_id
             WHERE k.hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
               AND (k.starts_at IS NULL OR k.starts_at <= now())`,
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
      await noteCreated(manager, key);
      return row;
    });
  }

  /** The operator's first key. Does nothing when this hash is known, revoked or not. Answers whether it was added. */
  async addBootstrapKey(key: NewApiKey): Promise<boolean> {
    try {
      await this.dataSource.transaction(async (manager) => {
        await manager.insert(ApiKeyEntity, key);
        await noteCreated(manager, key);
      });
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
  revoke(scope: KeyScope, id: string): Promise<boolean> {
    const where = scope === 'all' ? { id } : { id, tenantId: scope.tenantId ?? IsNull() };
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(ApiKeyEntity, { ...where, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
      if (affected !== 1) return false;
      const { tenantId } = await manager.findOneByOrFail(ApiKeyEntity, { id });
      await audit(manager, { tenantId, action: 'key.revoked', object: formatId('key', id) });
      return true;
    });
  }
}

const noteCreated = (manager: EntityManager, { id, tenantId }: NewApiKey): Promise<void> =>
  audit(manager, { tenantId, action: 'key.created', object: formatId('key', id) });

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
