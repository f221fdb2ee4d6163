import type { EventToMatch } from './candidate.js';
import type { FieldName } from './selector.js';

/** Reads the names an event has under a field, as they were sent. */
type Read = (event: EventToMatch) => readonly unknown[];

const firstAt =
  (...paths: readonly (readonly string[])[]): Read =>
  ({ tree }) => [paths.map((path) => at(tree, path)).find(isName)];

/**
 * Where each field of a selector is read in the event. The first place that holds text or a number is taken.
 * Source: Contensis Management API, webhook subscriptions (topics), whose entries keep their facts under `sys`;
 * OS1 "Publishing Webhook Events" for app, topic and the names of an event.
 */
const FIELDS: Readonly<Record<FieldName, Read>> = {
  resourceType: ({ stored, tree }) => [stored.resourceType ?? at(tree, ['resource', 'type'])],
  event: ({ stored, tree }) => eventNames(tree.event.name, stored.type),
  language: firstAt(['resource', 'sys', 'language'], ['resource', 'language'], ['event', 'language']),
  contentTypeId: firstAt(['resource', 'sys', 'contentTypeId'], ['resource', 'contentTypeId']),
  owner: firstAt(['resource', 'sys', 'owner'], ['resource', 'owner'], ['event', 'owner']),
  id: (event) =>
    event.stored.resourceId === null ? firstAt(['resource', 'id'], ['resource', 'sys', 'id'])(event) : [event.stored.resourceId],
  dataFormat: firstAt(['resource', 'sys', 'dataFormat'], ['resource', 'dataFormat']),
  workflowEvent: firstAt(['event', 'workflowEvent'], ['event', 'workflow', 'event']),
  workflowState: firstAt(['event', 'workflowState'], ['event', 'workflow', 'state'], ['resource', 'sys', 'workflow', 'state']),
  app: ({ stored }) => [stored.app],
  topic: ({ stored }) => [stored.topic],
  sourceEvent: ({ stored, tree, registered }) => [stored.type, tree.event.name, registered?.name],
};

/** An event without a name of its own is known by its whole type and by the last segment: `entry.updated` is `updated`. */
const eventNames = (name: string, type: string): string[] => (name === type ? [type, type.slice(type.lastIndexOf('.') + 1)] : [name]);

const isName = (value: unknown): value is string | number => (typeof value === 'string' && value !== '') || typeof value === 'number';

/** By own property only: the tree holds what a publisher sent. */
function at(tree: object, path: readonly string[]): unknown {
  let value: unknown = tree;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

const known = new WeakMap<EventToMatch, Map<FieldName, readonly string[]>>();

/** The event's names under a field, in lower case. Read once per event, because thousands of subscriptions ask. */
export function namesIn(event: EventToMatch, field: FieldName): readonly string[] {
  let names = known.get(event);
  if (names === undefined) known.set(event, (names = new Map<FieldName, readonly string[]>()));
  let found = names.get(field);
  if (found === undefined) names.set(field, (found = readNames(event, field)));
  return found;
}

const readNames = (event: EventToMatch, field: FieldName): string[] => FIELDS[field](event).filter(isName).map(normalName);

/** How names are compared: as text, without case. */
export const normalName = (name: string | number): string => String(name).toLowerCase();
