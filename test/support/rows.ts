import type { DeliveryState } from '../../libs/domain/src/delivery.js';
import { deliveryUuid } from '../../libs/domain/src/ids.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import type { TestDatabase } from './database.js';

/** Rows that a test needs to be there, written past the product. Each function returns the uuid of the row it made. */

export async function insertTenant(db: TestDatabase): Promise<string> {
  const id = newUuid();
  await db.query('INSERT INTO tenants (id, slug, name) VALUES ($1, $2, $3)', [id, `t-${id}`, 'Test']);
  return id;
}

interface SubscriptionColumns {
  enabled: boolean;
  timeoutMs: number;
  maxConcurrency: number | null;
  rateLimit: number | null;
  rateWindowSeconds: number | null;
  ordering: 'wait' | 'skip' | null;
}

export async function insertSubscription(db: TestDatabase, tenantId: string, over: Partial<SubscriptionColumns> = {}): Promise<string> {
  const id = newUuid();
  const { enabled, timeoutMs, maxConcurrency, rateLimit, rateWindowSeconds, ordering }: SubscriptionColumns = {
    enabled: true,
    timeoutMs: 1_000,
    maxConcurrency: null,
    rateLimit: null,
    rateWindowSeconds: null,
    ordering: null,
    ...over,
  };
  await db.query(
    `INSERT INTO subscriptions (id, tenant_id, spec, enabled, timeout_ms, max_concurrency, rate_limit, rate_window_seconds, ordering, created_by, modified_by)
     VALUES ($1, $2, '{}', $3, $4, $5, $6, $7, $8, 'test', 'test')`,
    [id, tenantId, enabled, timeoutMs, maxConcurrency, rateLimit, rateWindowSeconds, ordering],
  );
  return id;
}

export async function insertEvent(db: TestDatabase, tenantId: string, id = newUuid()): Promise<string> {
  await db.query(
    `INSERT INTO events (id, tenant_id, type, occurred_at, raw, data_start, data_end) VALUES ($1, $2, 'test', now(), '{"data":1}', 8, 9)`,
    [id, tenantId],
  );
  return id;
}

/** An event that nobody has fanned out yet; `dueAt` is SQL, when the sweep may take it. */
export async function insertWaitingEvent(db: TestDatabase, tenantId: string, dueAt = 'now()'): Promise<string> {
  const id = await insertEvent(db, tenantId);
  await db.query(`INSERT INTO event_outbox (event_id, tenant_id, due_at) VALUES ($1, $2, ${dueAt})`, [id, tenantId]);
  return id;
}

/** What the rest of a delivery's columns have to be in a state, as SQL. */
export const columnsIn = (state: DeliveryState): { dueAt: string; leaseToken: string; reason: string; endedAt: string } => {
  const isOpen = state === 'pending' || state === 'sending';
  return {
    dueAt: isOpen ? 'now()' : 'NULL',
    leaseToken: state === 'sending' ? 'gen_random_uuid()' : 'NULL',
    reason: isOpen ? 'NULL' : `'acknowledged'`,
    endedAt: isOpen ? 'NULL' : 'now()',
  };
};

export interface DeliveryPlace {
  tenantId: string;
  subscriptionId: string;
  eventId?: string;
}

interface DeliveryColumns {
  state?: DeliveryState;
  dueAt?: string;
  crashCount?: number;
  orderKey?: string | null;
}

/** `dueAt` is SQL: `now()`, `'infinity'`, …; given or not, the columns fit the state. */
export async function insertDelivery(
  db: TestDatabase,
  { tenantId, subscriptionId, eventId }: DeliveryPlace,
  { state = 'pending', dueAt, crashCount = 0, orderKey = null }: DeliveryColumns = {},
): Promise<string> {
  const event = eventId ?? (await insertEvent(db, tenantId));
  const id = deliveryUuid(event, subscriptionId);
  const columns = columnsIn(state);
  await db.query(
    `INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, due_at, lease_token, reason, ended_at, crash_count,
       order_key)
     VALUES ($1, $2, $3, $4, 'test', $5, ${dueAt ?? columns.dueAt}, ${columns.leaseToken}, ${columns.reason}, ${columns.endedAt}, $6, $7)`,
    [id, tenantId, event, subscriptionId, state, crashCount, orderKey],
  );
  return id;
}

/** A paused replay of the first millisecond there was. */
export async function insertReplay(db: TestDatabase, tenantId: string): Promise<string> {
  const id = newUuid();
  await db.query(
    `INSERT INTO replays (id, tenant_id, mode, window_from, window_to, rate_per_second, total, state)
     VALUES ($1, $2, 'failed', to_timestamp(0), to_timestamp(0), 1, 0, 'paused')`,
    [id, tenantId],
  );
  return id;
}

/** An expunge that has ended, of a resource that no event is about. */
export async function insertExpunge(db: TestDatabase, tenantId: string): Promise<string> {
  const id = newUuid();
  await db.query(
    `INSERT INTO expunges (id, tenant_id, resource_type, resource_id, due_at, ended_at) VALUES ($1, $2, 'none', 'none', now(), now())`,
    [id, tenantId],
  );
  return id;
}

/** A delivery as it stands, with `held` and `dueInMs` in place of its clock. */
export interface DeliveryAsStored {
  state: DeliveryState;
  reason: string | null;
  held: boolean;
  /** From the database's now; null when it is held or has ended. */
  dueInMs: number | null;
  leaseToken: string | null;
  attemptCount: number;
  retriesUsed: number;
  crashCount: number;
  trigger: string;
  lastStatus: number | null;
  lastError: string | null;
  bodySource: string | null;
  hasEnded: boolean;
}

export async function readDelivery(db: TestDatabase, id: string): Promise<DeliveryAsStored> {
  const [row] = await db.query<DeliveryAsStored>(
    `SELECT state, reason, coalesce(due_at = 'infinity', false) AS held,
       CASE WHEN due_at < 'infinity' THEN (extract(epoch FROM due_at - now()) * 1000)::float8 END AS "dueInMs", lease_token AS "leaseToken",
       attempt_count AS "attemptCount", retries_used AS "retriesUsed", crash_count AS "crashCount", trigger, last_status AS "lastStatus",
       last_error AS "lastError", body_source AS "bodySource", ended_at IS NOT NULL AS "hasEnded"
     FROM deliveries WHERE id = $1`,
    [id],
  );
  if (!row) throw new Error(`There is no delivery ${id}.`);
  return row;
}
