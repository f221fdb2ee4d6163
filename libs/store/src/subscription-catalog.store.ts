import type { SubscriptionSpec } from '#domain/subscription.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** A secret that signs until `expiresAt`; null: the current one. */
export interface SealedSecret {
  id: string;
  sealed: string;
  expiresAt: Date | null;
}

/** A subscription as the dispatcher keeps it: all that matching, rendering and signing read. */
export interface SubscriptionRow {
  id: string;
  tenantId: string;
  /** Decimal text of the subscription's integer. */
  number: string;
  ownerKeyId: string | null;
  spec: SubscriptionSpec;
  /** Header name → sealed value. */
  secretHeaders: Record<string, string>;
  /** The secret of the spec's credentials, sealed. */
  authSecret: string | null;
  dialect: string | null;
  dialectFields: Record<string, unknown>;
  enabled: boolean;
  suspendedAt: Date | null;
  suspendedReason: string | null;
  versionNo: number;
  catalogVersion: bigint;
  createdAt: Date;
  createdBy: string;
  modifiedAt: Date;
  modifiedBy: string;
  deletedAt: Date | null;
  /** The current one first. Those that had expired when the row was read are left out; later ones are for the reader to leave out. */
  secrets: SealedSecret[];
  /** What the owner's key may subscribe to; null when that key was revoked, has expired or is gone: then nothing. */
  ownerAppPermissions: string[] | null;
  /** When the owner's key expires, as nothing raises a version then. */
  ownerKeyExpiresAt: Date | null;
}

/** Subscriptions in bulk, for caches. */
@Injectable()
export class SubscriptionCatalogStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** The tenant's subscriptions that changed after this version of its catalog, deleted ones included so that a cache can drop them. */
  async changedSince(tenantId: string, catalogVersion: bigint): Promise<SubscriptionRow[]> {
    const { rows } = await this.pool.query<DatabaseRow>({
      name: 'subscriptions-changed-since',
      text: `${SELECT_ROWS} WHERE s.tenant_id = $1 AND s.catalog_version > $2`,
      values: [tenantId, catalogVersion.toString()],
    });
    return rows.map(toSubscriptionRow);
  }

  /** The subscriptions with these uuids, whoever's they are and deleted ones included; in no particular order. */
  async loadByIds(ids: string[]): Promise<SubscriptionRow[]> {
    if (ids.length === 0) return [];
    const { rows } = await this.pool.query<DatabaseRow>({
      name: 'subscriptions-by-id',
      text: `${SELECT_ROWS} WHERE s.id = ANY($1::uuid[])`,
      values: [ids],
    });
    return rows.map(toSubscriptionRow);
  }

  /** Up to `limit` of the tenant's subscriptions that are not deleted, newest first. */
  async newest(tenantId: string, limit: number): Promise<SubscriptionRow[]> {
    const { rows } = await this.pool.query<DatabaseRow>({
      name: 'subscriptions-newest',
      text: `${SELECT_ROWS} WHERE s.tenant_id = $1 AND s.deleted_at IS NULL ORDER BY s.id DESC LIMIT $2`,
      values: [tenantId, limit],
    });
    return rows.map(toSubscriptionRow);
  }
}

const SELECT_ROWS = `
SELECT s.id, s.tenant_id, s.number, s.owner_key_id, s.spec, s.secret_headers, s.auth_secret, s.dialect, s.dialect_fields, s.enabled, s.suspended_at,
  s.suspended_reason, s.version_no, s.catalog_version, s.created_at, s.created_by, s.modified_at, s.modified_by, s.deleted_at,
  k.app_permissions, k.expires_at AS key_expires_at,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'sealed', x.sealed, 'expiresAt', x.expires_at)
                             ORDER BY x.expires_at DESC NULLS FIRST), '[]')
   FROM signing_secrets x WHERE x.subscription_id = s.id AND (x.expires_at IS NULL OR x.expires_at > now())) AS secrets
FROM subscriptions s
LEFT JOIN api_keys k ON k.id = s.owner_key_id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`;

interface DatabaseRow {
  id: string;
  tenant_id: string;
  number: string;
  owner_key_id: string | null;
  spec: SubscriptionSpec;
  secret_headers: Record<string, string>;
  auth_secret: string | null;
  dialect: string | null;
  dialect_fields: Record<string, unknown>;
  enabled: boolean;
  suspended_at: Date | null;
  suspended_reason: string | null;
  version_no: number;
  catalog_version: string;
  created_at: Date;
  created_by: string;
  modified_at: Date;
  modified_by: string;
  deleted_at: Date | null;
  app_permissions: string[] | null;
  key_expires_at: Date | null;
  secrets: { id: string; sealed: string; expiresAt: string | null }[];
}

const toSubscriptionRow = (row: DatabaseRow): SubscriptionRow => ({
  id: row.id,
  tenantId: row.tenant_id,
  number: row.number,
  ownerKeyId: row.owner_key_id,
  spec: row.spec,
  secretHeaders: row.secret_headers,
  authSecret: row.auth_secret,
  dialect: row.dialect,
  dialectFields: row.dialect_fields,
  enabled: row.enabled,
  suspendedAt: row.suspended_at,
  suspendedReason: row.suspended_reason,
  versionNo: row.version_no,
  catalogVersion: BigInt(row.catalog_version),
  createdAt: row.created_at,
  createdBy: row.created_by,
  modifiedAt: row.modified_at,
  modifiedBy: row.modified_by,
  deletedAt: row.deleted_at,
  secrets: row.secrets.map((secret) => ({ ...secret, expiresAt: secret.expiresAt === null ? null : new Date(secret.expiresAt) })),
  ownerAppPermissions: row.app_permissions,
  ownerKeyExpiresAt: row.key_expires_at,
});
