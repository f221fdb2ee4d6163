import { invalidField } from '#domain/errors.js';
import type { SourceFilter } from '#domain/subscription.js';
import type { Written } from '../../subscriptions/subscriptions.service.js';

type Row = Written['row'];

/** What an OS1 subscription asks for: events of one app under one topic. `app` is null while there is no event that would tell it. */
export interface Wanted {
  topic: string | null;
  app: string | null;
  events: readonly string[];
}

/** Changes to it as OS1's clients write them. */
export interface WantedChange {
  action?: 'add' | 'remove';
  events?: readonly string[];
  topic?: string;
  eventAppId?: string;
}

/** Its own source is the first. Without events there is none, because a source without events wants all of them. */
export function wantedOf({ spec, dialectFields }: Pick<Row, 'spec' | 'dialectFields'>): Wanted {
  const [source] = spec.sources;
  if (source) return { topic: source.topic ?? null, app: source.app ?? null, events: source.events ?? [] };
  const { topic, eventAppId } = dialectFields;
  return { topic: typeof topic === 'string' ? topic : null, app: typeof eventAppId === 'string' ? eventAppId : null, events: [] };
}

/**
 * Throws `required` for an action without events. Names compare without case; what is added twice is there once, and what is not there is
 * removed without complaint.
 */
export function changeWanted(wanted: Wanted, change: WantedChange): Wanted {
  if (change.action !== undefined && change.events === undefined) throw invalidField('/events', 'required', 'Say which events.');
  const topic = change.topic ?? wanted.topic;
  const events = changeEvents(wanted.events, change);
  // Under another topic the events may be another app's.
  const keptApp = topic === wanted.topic ? wanted.app : null;
  return { topic, events, app: change.eventAppId?.toLowerCase() ?? keptApp };
}

function changeEvents(events: readonly string[], { action, events: named }: WantedChange): readonly string[] {
  if (named === undefined) return events;
  if (action === undefined) return named;
  const affected = new Set(named.map((name) => name.toLowerCase()));
  const others = events.filter((name) => !affected.has(name.toLowerCase()));
  if (action === 'remove') return others;
  const present = new Set(events.map((name) => name.toLowerCase()));
  return [...events, ...named.filter((name) => !present.has(name.toLowerCase()))];
}

/** The sources of a subscription with its own in the first place; those that another API has added stay. */
export function sourcesWith({ topic, app, events }: Wanted, before: readonly SourceFilter[] = []): SourceFilter[] {
  const own = events.length === 0 ? [] : [{ ...(app ? { app } : {}), ...(topic ? { topic } : {}), events: [...events] }];
  return [...own, ...before.slice(1)];
}
