import { DomainError, invalidField } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { ApiKeyStore, type KeyScope, unknownApp } from '#store/api-key.store.js';
import type { ApiKeyEntity } from '#store/entities/api-key.entity.js';
import { newUuid } from '#store/new-id.js';
import { generateApiKey, hashApiKey, maskApiKey } from '#vault/api-key.js';
import { Injectable } from '@nestjs/common';
import { parseAppId } from '../catalog/app-id.js';
import { notFound } from '../http/path-ids.js';
import { grantAppPermissions, grantPermissions } from './grant.js';
import type { CreateKeyDto } from './key.dto.js';
import type { Principal } from './principal.js';
import { readTenantId } from './tenant-id.js';

/** What the letters after `tdg_` say; there is one kind of deployment. */
const ENVIRONMENT = 'live';

/** API keys: made, listed, revoked. A tenant's key sees and makes only its tenant's. */
@Injectable()
export class KeysService {
  constructor(private readonly keys: ApiKeyStore) {}

  /**
   * Makes a key and answers it in clear, this once.
   * Errors: `insufficient_scope`, `unknown_permission`, `invalid_tenant`, `invalid_date`, `quota_exceeded`, `unknown_app`.
   */
  async create(creator: Principal, dto: CreateKeyDto): Promise<{ id: string; key: string }> {
    const tenantId = tenantOf(creator, dto.tenantId);
    const id = newUuid();
    const key = generateApiKey(ENVIRONMENT, id);
    await this.keys.create({
      id,
      tenantId,
      name: dto.name,
      hash: hashApiKey(key),
      hint: maskApiKey(key),
      permissions: grantPermissions(creator, tenantId, dto.permissions),
      appPermissions: grantAppPermissions(creator, dto.appPermissions ?? []),
      appId: readAppId(tenantId, dto.appId),
      expiresAt: readExpiry(dto.expiresAt),
      createdBy: formatId('key', creator.keyId),
    });
    return { id: formatId('key', id), key };
  }

  list(caller: Principal, tenantId: string | undefined, position: string | null, count: number): Promise<ApiKeyEntity[]> {
    const scope = tenantId === undefined ? scopeOf(caller) : { tenantId: tenantOf(caller, tenantId) };
    return this.keys.list(scope, position, count);
  }

  /** Throws `not_found`, also for another tenant's. */
  async get(caller: Principal, id: string): Promise<ApiKeyEntity> {
    const key = await this.keys.find(scopeOf(caller), id);
    if (!key) throw notFound();
    return key;
  }

  /** Throws `not_found`, also for another tenant's and for one that is revoked already. */
  async revoke(caller: Principal, id: string): Promise<void> {
    if (!(await this.keys.revoke(scopeOf(caller), id))) throw notFound();
  }
}

const scopeOf = ({ tenantId }: Principal): KeyScope => (tenantId === null ? 'all' : { tenantId });

/** The caller's own tenant, or the one an operator names. Naming another tenant than one's own is refused, never obeyed. */
function tenantOf(caller: Principal, named: string | undefined): string | null {
  if (named === undefined) return caller.tenantId;
  const tenantId = readTenantId(named, '/tenantId');
  if (caller.tenantId !== null && caller.tenantId !== tenantId) {
    throw new DomainError('insufficient_scope', 'A tenant’s key makes keys for its own tenant only.');
  }
  return tenantId;
}

/** Whether there is such an app, the store finds out. */
function readAppId(tenantId: string | null, id: string | undefined): string | null {
  if (id === undefined) return null;
  const appId = tenantId === null ? null : parseAppId(id);
  if (appId === null) throw unknownApp();
  return appId;
}

function readExpiry(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const date = new Date(text);
  const isUsable = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) && date.getTime() > Date.now() && date.getUTCFullYear() <= 9_999;
  if (!isUsable) throw invalidField('/expiresAt', 'invalid_date', 'A key expires at a time in the future, written with its time zone.');
  return date;
}
