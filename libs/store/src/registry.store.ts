import type { AppRegistration, TypeRegistration } from '#domain/match/registry.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { poolOf } from './data-source.js';

/** Where a publisher serves its resources. `app` is `app:<uuid>`, as events name it. */
export interface ResourceSource {
  app: string;
  topic: string;
  baseUrl: string;
  getApiPath: string;
}

/** What a tenant's publishers have registered, whole, for caches. */
@Injectable()
export class RegistryStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  async load(tenantId: string): Promise<{ apps: AppRegistration[]; types: TypeRegistration[] }> {
    const [apps, types] = await Promise.all([
      this.pool.query<AppRegistration>(`SELECT 'app:' || id AS id, permissions, permission_match AS match FROM apps WHERE tenant_id = $1`, [
        tenantId,
      ]),
      this.pool.query<TypeRegistration>(
        `SELECT 'app:' || app_id AS app, topic, name, event_type AS "eventType", type, filter_logic AS "filterLogic" FROM event_types WHERE tenant_id = $1`,
        [tenantId],
      ),
    ]);
    return { apps: apps.rows, types: types.rows };
  }

  /**
   * Where apps serve resources that events of this type are about: every registration that gives both a base url and a path, oldest first.
   * One that names a `type` of its own serves resources of that type alone. Names compare without case.
   */
  async resourceSources(tenantId: string, eventType: string, resourceType: string): Promise<ResourceSource[]> {
    const { rows } = await this.pool.query<ResourceSource>(
      `SELECT 'app:' || a.id AS app, t.topic, a.base_url AS "baseUrl", t.get_api_path AS "getApiPath"
       FROM event_types t JOIN apps a ON a.id = t.app_id
       WHERE t.tenant_id = $1 AND lower(coalesce(t.event_type, t.name)) = lower($2) AND (t.type IS NULL OR lower(t.type) = lower($3))
         AND t.get_api_path IS NOT NULL AND a.base_url IS NOT NULL
       ORDER BY t.id`,
      [tenantId, eventType, resourceType],
    );
    return rows;
  }

  /** Whether the tenant takes registered event types alone. */
  async isStrict(tenantId: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ strict: boolean }>(
      `SELECT coalesce((settings->>'strictEventTypes')::boolean, false) AS strict FROM tenants WHERE id = $1`,
      [tenantId],
    );
    return rows[0]?.strict ?? false;
  }

  /** Whether some app of the tenant has registered this type, by its name or its eventType; case does not matter. */
  async isRegistered(tenantId: string, type: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ known: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM event_types WHERE tenant_id = $1 AND lower($2) IN (lower(name), lower(event_type))) AS known`,
      [tenantId, type],
    );
    return rows[0]!.known;
  }
}
