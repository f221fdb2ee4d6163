import type { StoredEvent } from '#domain/event.js';
import { deliveryUuid } from '#domain/ids.js';
import { DEFAULT_STATES, type Looked, type SkipReason } from '#domain/replay/replay.js';
import type { Pool, PoolClient } from 'pg';
import { BEGIN_ANEW } from './delivery.store.js';
import { EVENT_COLUMNS, type EventRow, toStoredEvent } from './event.store.js';
import { bounds } from './fanout.store.js';
import { deliveriesLookedAt, eventsLookedAt, type ReplayScope, WINDOW_OF_TENANT } from './replay-scope.js';

/** What a replay does for one subscription. */
export interface PartScope extends ReplayScope {
  subscriptionUuid: string;
}

/** Up to `limit` events of mode `missing`, oldest first, after `afterUuid`, each with whether the subscription has a delivery of it. */
export async function eventsToMatch(
  connection: Pick<Pool, 'query'> | PoolClient,
  scope: PartScope,
  afterUuid: string | null,
  limit: number,
): Promise<{ event: StoredEvent; isThere: boolean }[]> {
  const values: unknown[] = [scope.tenantId, afterUuid, scope.from, scope.to, limit];
  const isMatch = eventsLookedAt(scope.filter, values);
  const { rows } = await connection.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM events e WHERE ${WINDOW_OF_TENANT('e')} AND ${isMatch} ORDER BY e.id LIMIT $5`,
    values,
  );
  const ids = rows.map((row) => deliveryUuid(row.id, scope.subscriptionUuid));
  const there = ids.length === 0 ? new Set<string>() : await existing(connection, ids);
  return rows.map((row, i) => ({ event: toStoredEvent(row), isThere: there.has(ids[i]!) }));
}

async function existing(connection: Pick<Pool, 'query'> | PoolClient, ids: string[]): Promise<Set<string>> {
  const { rows } = await connection.query<{ id: string }>('SELECT id FROM deliveries WHERE id = ANY($1::uuid[]) AND id BETWEEN $2 AND $3', [
    ids,
    ...bounds(ids),
  ]);
  return new Set(rows.map(({ id }) => id));
}

/** Up to `limit` deliveries of mode `failed`, oldest first, after `afterUuid`. `inactive`: why none of them may be sent. */
export async function lookAtDeliveries(
  client: PoolClient,
  scope: PartScope,
  afterUuid: string,
  limit: number,
  inactive: SkipReason | null,
): Promise<Looked[]> {
  const values: unknown[] = [scope.subscriptionUuid, afterUuid, scope.to, limit, inactive ?? 'send'];
  const { join, isMatch } = deliveriesLookedAt(scope.filter, values);
  const { rows } = await client.query<Looked>(
    `WITH page AS MATERIALIZED (
       SELECT d.id, d.event_id, d.event_type, d.state, d.reason, d.expunged FROM deliveries d
       WHERE d.subscription_id = $1 AND d.id > $2 AND d.id < uuid_floor($3) ORDER BY d.id LIMIT $4
     ), matched AS (SELECT d.id FROM page d ${join} WHERE ${isMatch})
     SELECT p.id, CASE WHEN m.id IS NULL THEN 'other' WHEN p.state IN ('pending', 'sending') THEN 'not_ended'
       WHEN p.expunged THEN 'expunged' ELSE $5 END AS verdict
     FROM page p LEFT JOIN matched m ON m.id = p.id ORDER BY p.id`,
    values,
  );
  return rows;
}

/** Compare-and-set: what somebody else has sent again since is left to them. */
export async function sendAgain(client: PoolClient, { filter }: ReplayScope, ids: string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>({
    name: 'replay-resend',
    text: `UPDATE deliveries d SET ${BEGIN_ANEW}, trigger = 'replay'
      WHERE d.id = ANY($1::uuid[]) AND d.id BETWEEN $2 AND $3 AND d.state = ANY($4::text[]) AND NOT d.expunged RETURNING d.id`,
    values: [ids, ...bounds(ids), filter.states ?? DEFAULT_STATES],
  });
  return rows.map(({ id }) => id);
}

/**
 * Makes deliveries as the fan-out does, under the same derived ids, so that neither can make one twice. Joined with their events: the lock
 * keeps them, and their day, from being dropped or expunged before the commit, and what was so already gets no delivery.
 */
export async function deliver(client: PoolClient, scope: PartScope, eventUuids: string[], delayMs: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>({
    name: 'replay-deliver',
    text: `INSERT INTO deliveries (id, tenant_id, event_id, subscription_id, event_type, state, trigger, due_at)
      SELECT g.id, e.tenant_id, e.id, $3, e.type, 'pending', 'replay', now() + make_interval(secs => $4::float8 / 1000.0)
      FROM unnest($1::uuid[], $2::uuid[]) AS g (id, event_id) JOIN events e ON e.id = g.event_id AND e.id BETWEEN $5 AND $6
      WHERE e.expunged_at IS NULL ORDER BY g.id FOR KEY SHARE OF e ON CONFLICT (id) DO NOTHING RETURNING id`,
    values: [
      eventUuids.map((uuid) => deliveryUuid(uuid, scope.subscriptionUuid)),
      eventUuids,
      scope.subscriptionUuid,
      delayMs,
      ...bounds(eventUuids),
    ],
  });
  return rows.map(({ id }) => id);
}
