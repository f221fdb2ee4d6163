import type { DeliveryState } from '#domain/delivery.js';
import { timeOf } from '#domain/ids.js';

export interface DeliveryFilter {
  state?: DeliveryState[];
  subscriptionUuid?: string;
  eventUuid?: string;
  eventType?: string;
  /** 2 stands for 2xx, and so on. */
  statusClass?: number;
  errorCode?: string;
  resourceType?: string;
  resourceId?: string;
  from?: string;
  to?: string;
  /** Compared with when the delivery was made, to the millisecond. */
  created?: readonly { operator: '=' | '<' | '<=' | '>' | '>='; at: string }[];
  number?: string;
  uuid?: string;
  /** Whether the last answer was a 2xx. */
  isAnswered2xx?: boolean;
  /** Of the last answer; `orNone`: an attempt that brought none counts too. */
  lastStatus?: { status: number; orNone: boolean };
  /** Of the subscription. */
  subscriptionNumber?: string;
  dialect?: string;
  /** Members that the subscription's `dialectFields` have. */
  dialectFields?: Record<string, unknown>;
}

type Where = (value: unknown, condition: (place: string) => string) => void;

/** FROM and WHERE of a tenant's deliveries (d) with their events (e) and, where it is asked for, subscriptions (s). */
export function deliveriesWhere(
  tenantId: string,
  filter: DeliveryFilter,
  beforeUuid: string | null,
): { from: string; where: string; values: unknown[] } {
  const values: unknown[] = [tenantId];
  const conditions = ['d.tenant_id = $1', ...deliveryConditions(filter, beforeUuid, values)];
  const asksSubscription = filter.subscriptionNumber ?? filter.dialect ?? filter.dialectFields;
  const from = `deliveries d JOIN events e ON e.id = d.event_id${asksSubscription === undefined ? '' : ' JOIN subscriptions s ON s.id = d.subscription_id'}`;
  return { from, where: conditions.join(' AND '), values };
}

/** What the filter asks of a delivery `d`, its event `e` and its subscription `s`; adds to the statement's values. */
export function deliveryConditions(filter: DeliveryFilter, beforeUuid: string | null, values: unknown[]): string[] {
  const conditions: string[] = [];
  const where: Where = (value, condition) => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where(beforeUuid, (p) => `d.id < ${p}`);
  whatItIs(filter, where);
  howItWent(filter, where);
  whoseItIs(filter, where);
  return conditions;
}

function whatItIs(filter: DeliveryFilter, where: Where): void {
  where(filter.uuid, (p) => `d.id = ${p}`);
  where(filter.number, (p) => `d.number = ${p}`);
  where(filter.eventUuid, (p) => `d.event_id = ${p}`);
  where(filter.eventUuid && instantBounds(filter.eventUuid)[0], (p) => `d.id >= ${p}`);
  where(filter.eventUuid && instantBounds(filter.eventUuid)[1], (p) => `d.id <= ${p}`);
  where(filter.eventType, (p) => `lower(d.event_type) = lower(${p})`);
  where(filter.resourceType, (p) => `e.resource_type = ${p}`);
  where(filter.resourceId, (p) => `e.resource_id = ${p}`);
  where(filter.from, (p) => `d.id >= uuid_floor(${p})`);
  where(filter.to, (p) => `d.id < uuid_floor(${p})`);
  for (const { operator, at } of filter.created ?? []) {
    // People only ever see milliseconds.
    where(at, (p) => `date_trunc('milliseconds', d.created_at) ${operator} ${p}::timestamptz`);
  }
}

function howItWent(filter: DeliveryFilter, where: Where): void {
  where(filter.state, (p) => `d.state = ANY(${p}::text[])`);
  where(filter.statusClass, (p) => `d.last_status / 100 = ${p}`);
  where(filter.errorCode, (p) => `d.last_error = ${p}`);
  where(filter.isAnswered2xx, (p) => `(coalesce(d.last_status, 0) / 100 = 2) = ${p}`);
  const { status, orNone } = filter.lastStatus ?? {};
  where(status, (p) => (orNone ? `(d.last_status = ${p} OR d.last_status IS NULL AND d.last_error IS NOT NULL)` : `d.last_status = ${p}`));
}

function whoseItIs(filter: DeliveryFilter, where: Where): void {
  where(filter.subscriptionUuid, (p) => `d.subscription_id = ${p}`);
  where(filter.subscriptionNumber, (p) => `s.number = ${p}`);
  where(filter.dialect, (p) => `s.dialect = ${p}`);
  where(filter.dialectFields && JSON.stringify(filter.dialectFields), (p) => `s.dialect_fields @> ${p}::jsonb`);
}

/** The smallest and largest uuids of a uuid's millisecond: a delivery carries its event's, which spares an index. */
export function instantBounds(uuid: string): [string, string] {
  const hex = timeOf(uuid).toString(16).padStart(12, '0');
  const time = `${hex.slice(0, 8)}-${hex.slice(8)}`;
  return [`${time}-0000-0000-000000000000`, `${time}-ffff-ffff-ffffffffffff`];
}
