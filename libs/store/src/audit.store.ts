import type { AuditAction } from '#domain/audit.js';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditEntryEntity } from './entities/audit-entry.entity.js';

/** Filters of the list; absent ones ask nothing. */
export interface AuditFilter {
  /** uuid of a tenant; null: the operator's own. */
  tenantId?: string | null;
  /** uuid of a key. */
  actorKeyId?: string;
  action?: AuditAction;
  /** Public id. */
  object?: string;
  /** ISO 8601, at or after. */
  from?: string;
  /** ISO 8601, before. */
  to?: string;
}

/** At most so many entries are forgotten in one statement. */
const FORGOTTEN_AT_ONCE = 5_000;

/** Reads what `audit` has written; nothing changes it. */
@Injectable()
export class AuditStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first, before the entry `beforeId`. */
  list(filter: AuditFilter, beforeId: string | null, count: number): Promise<AuditEntryEntity[]> {
    const query = this.dataSource.manager.createQueryBuilder(AuditEntryEntity, 'entry').orderBy('entry.id', 'DESC').limit(count);
    if (filter.tenantId === null) query.andWhere('entry.tenant_id IS NULL');
    else if (filter.tenantId !== undefined) query.andWhere('entry.tenant_id = :tenantId', { tenantId: filter.tenantId });
    if (filter.actorKeyId !== undefined) query.andWhere('entry.actor_key_id = :actor', { actor: filter.actorKeyId });
    if (filter.action !== undefined) query.andWhere('entry.action = :action', { action: filter.action });
    if (filter.object !== undefined) query.andWhere('entry.object = :object', { object: filter.object });
    if (filter.from !== undefined) query.andWhere('entry.at >= :from', { from: filter.from });
    if (filter.to !== undefined) query.andWhere('entry.at < :to', { to: filter.to });
    if (beforeId !== null) query.andWhere('entry.id < :beforeId', { beforeId });
    return query.getMany();
  }

  /** null for another tenant's; `tenantId` undefined: whoever's it is. */
  find(id: string, tenantId?: string): Promise<AuditEntryEntity | null> {
    return this.dataSource.manager.findOneBy(AuditEntryEntity, { id, ...(tenantId === undefined ? {} : { tenantId }) });
  }

  /** Forgets entries older than so many days, some thousand at a time. Returns how many. */
  async forget(retentionDays: number): Promise<number> {
    const [row] = await this.dataSource.query<{ gone: number }[]>('SELECT forget_audit($1, $2) AS gone', [
      retentionDays,
      FORGOTTEN_AT_ONCE,
    ]);
    return row!.gone;
  }
}
