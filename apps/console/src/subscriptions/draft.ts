import type { NewSubscription, Subscription } from '../api/shapes';
import { parseJson, prettyJson } from '../ui/json';

/** A subscription as the form holds it: the common members one by one, and everything else as JSON. */
export interface Draft {
  name: string;
  url: string;
  method: Subscription['method'];
  /** One a line. */
  eventTypes: string;
  enabled: boolean;
  timeoutMs: string;
  rest: string;
}

/** Members of the form's own; a name per locale stays in the JSON. */
const OWN = ['name', 'url', 'method', 'eventTypes', 'enabled', 'timeoutMs'] as const;

export const EMPTY: Draft = { name: '', url: '', method: 'POST', eventTypes: '', enabled: true, timeoutMs: '15000', rest: '{}' };

/** What a subscription says, without its state: what a replacement may hold. */
export function writable(subscription: Subscription): NewSubscription {
  const { id: _id, uuid: _uuid, locator: _locator, number: _number, version: _version, secret: _secret, ...more } = subscription;
  const { active: _active, insecure: _insecure, suspended: _suspended, suspendedAt: _at, suspendedReason: _reason, ...said } = more;
  return said;
}

export function toDraft(subscription: Subscription): Draft {
  const { name, url, method, eventTypes, enabled, timeoutMs, topics, sources, ...others } = writable(subscription);
  const isPlain = typeof name === 'string';
  // An empty list beside event types says nothing; left out, taking the event types away means every event, as in a new subscription.
  const hasTypes = (eventTypes ?? []).length > 0;
  const rest = { ...withItems({ topics, sources }, hasTypes), ...others };
  return {
    name: isPlain ? name : '',
    url,
    method,
    eventTypes: (eventTypes ?? []).join('\n'),
    enabled,
    timeoutMs: String(timeoutMs),
    rest: prettyJson(isPlain ? rest : { name, ...rest }),
  };
}

const withItems = (lists: Record<string, unknown[] | null | undefined>, dropEmpty: boolean) =>
  Object.fromEntries(Object.entries(lists).filter(([, items]) => !dropEmpty || (items ?? []).length > 0));

/** Throws for a text that is no JSON object, or one that holds what the form has a place for. */
export function toBody({ rest, name, timeoutMs, eventTypes, ...own }: Draft): NewSubscription {
  const more = parseJson(rest);
  if (typeof more !== 'object' || more === null || Array.isArray(more)) throw new Error('Everything else is a JSON object.');
  const twice = OWN.find((member) => member in more && (member !== 'name' || name.trim() !== ''));
  if (twice) throw new Error(`“${twice}” has a place of its own above: take it out here.`);
  const types = eventTypes.split(/[\s,]+/).filter((type) => type !== '');
  return {
    ...more,
    ...own,
    ...('name' in more ? { name: more.name as NewSubscription['name'] } : { name: name.trim() }),
    url: own.url.trim(),
    timeoutMs: Number(timeoutMs),
    ...(types.length > 0 ? { eventTypes: types } : {}),
  } as NewSubscription;
}

/** Where the API says that something is wrong which the form has no place of its own for. */
export const isElsewhere = (path: string): boolean => !OWN.some((member) => path === `/${member}` || path.startsWith(`/${member}/`));
