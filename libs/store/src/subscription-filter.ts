import { DomainError } from '#domain/errors.js';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { SubscriptionEntity } from './entities/subscription.entity.js';

/** Filters of a list; absent ones ask nothing. */
export interface SubscriptionFilter {
  /** Part of the name in any locale, without regard to case. */
  name?: string;
  enabled?: boolean;
  suspended?: boolean;
  /** Enabled and not suspended. */
  active?: boolean;
  /** Named literally by the subscription (a pattern is not expanded), without regard to case; one of them suffices. */
  eventTypes?: string[];
  dialect?: string;
  /** Members that `dialectFields` have. */
  dialectFields?: Record<string, unknown>;
  url?: string;
  /** The same without regard to case. */
  urlIgnoringCase?: string;
}

/** What a list is ordered by before it is ordered by age. */
export interface SubscriptionOrder {
  by: keyof typeof ORDERS;
  descending: boolean;
}

/** What a list can be ordered by, as SQL. */
export const ORDERS = {
  number: 's.number',
  createdAt: 's.created_at',
  modifiedAt: 's.modified_at',
  url: `s.spec->>'url'`,
  eventType: `s.spec->'eventTypes'->>0`,
  active: '(s.enabled AND s.suspended_at IS NULL)',
  callback: `coalesce(s.spec->'callback'->>'url', s.spec->'callback'->>'name')`,
} as const;

/** The tenant's subscriptions that pass the filter, as `s`; those deleted are left out. */
export function matching(manager: EntityManager, tenantId: string, filter: SubscriptionFilter): SelectQueryBuilder<SubscriptionEntity> {
  const query = manager.createQueryBuilder(SubscriptionEntity, 's').where('s.tenant_id = :tenantId AND s.deleted_at IS NULL', { tenantId });
  if (filter.name !== undefined) query.andWhere(`strpos(lower(${ALL_NAMES}), lower(:name)) > 0`, { name: filter.name });
  if (filter.enabled !== undefined) query.andWhere('s.enabled = :enabled', { enabled: filter.enabled });
  if (filter.suspended !== undefined) query.andWhere('(s.suspended_at IS NOT NULL) = :suspended', { suspended: filter.suspended });
  if (filter.active !== undefined) query.andWhere('(s.enabled AND s.suspended_at IS NULL) = :active', { active: filter.active });
  if (filter.dialect !== undefined) query.andWhere('s.dialect = :dialect', { dialect: filter.dialect });
  if (filter.eventTypes !== undefined)
    query.andWhere(NAMES_EVENT_TYPE, { eventTypes: filter.eventTypes.map((type) => type.toLowerCase()) });
  if (filter.dialectFields !== undefined) {
    query.andWhere('s.dialect_fields @> cast(:dialectFields AS jsonb)', { dialectFields: JSON.stringify(filter.dialectFields) });
  }
  if (filter.url !== undefined) query.andWhere(`s.spec->>'url' = :url`, { url: filter.url });
  if (filter.urlIgnoringCase !== undefined) query.andWhere(`lower(s.spec->>'url') = lower(:anyCase)`, { anyCase: filter.urlIgnoringCase });
  return query;
}

/**
 * Throws `already_exists` where another subscription passes the filter. The tenant's lock makes concurrent writers look one after the
 * other; an insert or an update takes it anyway, a moment later.
 */
export async function requireUnique(
  manager: EntityManager,
  tenantId: string,
  id: string,
  filter: SubscriptionFilter | undefined,
): Promise<void> {
  if (filter === undefined) return;
  await manager.query('SELECT 1 FROM tenants WHERE id = $1 FOR NO KEY UPDATE', [tenantId]);
  const found = await matching(manager, tenantId, filter).andWhere('s.id <> :id', { id }).getExists();
  if (found) throw new DomainError('already_exists', 'There is such a subscription already.');
}

/** The names in all locales, one a line. */
const ALL_NAMES = `CASE json_typeof(s.spec->'name') WHEN 'object'
  THEN (SELECT string_agg(n.value, E'\\n') FROM json_each_text(s.spec->'name') n) ELSE s.spec->>'name' END`;

const NAMES_EVENT_TYPE = `EXISTS (SELECT 1 FROM json_array_elements_text(s.spec->'eventTypes') t(name) WHERE lower(t.name) = ANY(:eventTypes))`;
