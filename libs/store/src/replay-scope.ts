import { compilePattern } from '#domain/match/event-type.js';
import { DEFAULT_STATES, type ReplayFilter, type ReplayMode } from '#domain/replay/replay.js';

/** What a replay is about. */
export interface ReplayScope {
  tenantId: string;
  mode: ReplayMode;
  /** null: all of the tenant; never so in mode `missing`. */
  subscriptionUuid: string | null;
  filter: ReplayFilter;
  /** Accepted at or after. */
  from: Date;
  /** Accepted before. */
  to: Date;
}

/** Which of the deliveries `d` a replay of mode `failed` looks at, as SQL; `join` brings their events where they are asked for. */
export function deliveriesLookedAt(filter: ReplayFilter, values: unknown[]): { join: string; isMatch: string } {
  const states = `d.state = ANY($${values.push(filter.states ?? DEFAULT_STATES)}::text[])`;
  const ended = filter.reasons ? `${states} AND d.reason = ANY($${values.push(filter.reasons)}::text[])` : states;
  const conditions = [`(d.state IN ('pending', 'sending') OR ${ended})`, ...ofType('d.event_type', filter, values)];
  const ofResource = aboutResource(filter, values);
  return { join: ofResource.length > 0 ? 'JOIN events e ON e.id = d.event_id' : '', isMatch: [...conditions, ...ofResource].join(' AND ') };
}

/** Which of the events `e` a replay of mode `missing` looks at, as SQL. */
export const eventsLookedAt = (filter: ReplayFilter, values: unknown[]): string =>
  ['true', ...ofType('e.type', filter, values), ...aboutResource(filter, values)].join(' AND ');

function ofType(column: string, { eventTypes }: ReplayFilter, values: unknown[]): string[] {
  if (!eventTypes) return [];
  // Of what a pattern may hold, LIKE reads only the underscore as something else.
  const likes = eventTypes.map((pattern) =>
    compilePattern(pattern)
      .parts.map((part) => part.replaceAll('_', '\\_'))
      .join('%'),
  );
  return [`lower(${column}) LIKE ANY($${values.push(likes)}::text[])`];
}

function aboutResource({ resource }: ReplayFilter, values: unknown[]): string[] {
  if (!resource) return [];
  const ofType = `e.resource_type = $${values.push(resource.type)}`;
  return resource.id === undefined ? [ofType] : [ofType, `e.resource_id = $${values.push(resource.id)}`];
}

/** The rows that a scope's window holds, as SQL over $1 (tenant), $2 (after this uuid, or null), $3 and $4 (from, to). */
export const WINDOW_OF_TENANT = (alias: string): string => `${alias}.tenant_id = $1 AND ($2::uuid IS NULL OR ${alias}.id > $2)
  AND ${alias}.id >= uuid_floor($3) AND ${alias}.id < uuid_floor($4)`;
