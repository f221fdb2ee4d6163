import { invalidField } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { ApiKeyStore, type KeyScope, unknownApp } from '#store/api-key.store.js';
import type { ApiKeyEntity } from '#store/entities/api-key.entity.js';
import { newUuid } from '#store/new-id.js';
import { generateApiKey, hashApiKey, maskApiKey } from '#vault/api-key.js';
import { Injectable } from '@nestjs/common';
import { parseAppId } from '../catalog/app-id.js';
import { notFound } from '../http/path-ids.js';
import { isInstant } from '../publish/instant.js';
import { grantAppPermissions, grantPermissions } from './grant.js';
import type { CreateKeyDto } from './key.dto.js';
import type { Principal } from './principal.js';
import { tenantOf } from './tenant-id.js';

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
      ...readTerm(dto),
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

/** Whether there is such an app, the store finds out. */
function readAppId(tenantId: string | null, id: string | undefined): string | null {
  if (id === undefined) return null;
  const appId = tenantId === null ? null : parseAppId(id);
  if (appId === null) throw unknownApp();
  return appId;
}

/** From when until when a key is one. */
function readTerm({ startsAt, expiresAt }: CreateKeyDto): { startsAt: Date | null; expiresAt: Date | null } {
  const starts = readDate('/startsAt', startsAt, 'A key begins at a time written with its time zone.');
  const expires = readDate('/expiresAt', expiresAt, 'A key expires at a time in the future, written with its time zone.');
  if (expires !== null && expires.getTime() <= Math.max(Date.now(), starts?.getTime() ?? 0))
    throw invalidField('/expiresAt', 'invalid_date', 'A key expires in the future, and after it has begun.');
  return { startsAt: starts, expiresAt: expires };
}

function readDate(path: string, text: string | undefined, message: string): Date | null {
  if (text === undefined) return null;
  if (!isInstant(text)) throw invalidField(path, 'invalid_date', message);
  return new Date(text);
}
