import { type FieldError, invalid } from '#domain/errors.js';
import type { JsonScan } from '#domain/json/scan.js';
import { LIMITS } from '#domain/limits.js';
import { isEventType } from '#domain/match/event-type.js';
import { parseId } from '#domain/ids.js';
import type { EventFields } from './event-fields.js';
import { isInstant } from './instant.js';

/** A dot would make the signed text `id.timestamp.body` ambiguous; `evt_` names are ours. */
const OWN_ID = /^[A-Za-z0-9_:-]+$/;
const TOPIC = /^[A-Za-z0-9._-]{1,128}$/;
const MEMBERS = new Set(['type', 'data', 'id', 'app', 'topic', 'occurredAt', 'resource', 'event', 'user']);

type Json = Record<string, unknown>;
type Check = (event: Json) => FieldError | null;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const fault = (path: string, code: string, message: string): FieldError => ({ path, code, message });

/** A member that may be absent; null counts as absent. */
const optional =
  (name: string, holds: (value: unknown) => boolean, code: string, message: string): Check =>
  (event) =>
    event[name] === undefined || event[name] === null || holds(event[name]) ? null : fault(`/${name}`, code, message);

export const isOwnId = (id: unknown): id is string =>
  typeof id === 'string' && id.length >= 1 && id.length <= LIMITS.eventIdChars.max && OWN_ID.test(id) && parseId('evt', id) === null;

/** A text that is stored beside the bytes and searched for: no control characters, no half surrogate pair (Postgres has room for neither). */
const isName = (value: unknown): boolean =>
  typeof value === 'string' && value.length >= 1 && value.length <= LIMITS.nameChars.max && value.isWellFormed() && !/\p{Cc}/u.test(value);

/** A resource or a user is an object whose `type` and `id`, if given, are short texts; ids may be numbers. */
const isThing = (value: unknown): boolean =>
  isObject(value) &&
  (value['type'] === undefined || isName(value['type'])) &&
  (value['id'] === undefined || isName(value['id']) || typeof value['id'] === 'number');

/** The publisher's own request that an event came of, by what is said about the event; null where that is nothing to search for. */
export const requestIdOf = (said: unknown): string | null =>
  isObject(said) && isName(said['requestId']) ? (said['requestId'] as string) : null;

const CHECKS: Check[] = [
  (event) =>
    isEventType(event['type'])
      ? null
      : fault(
          '/type',
          event['type'] === undefined ? 'required' : 'event_type_invalid',
          'An event needs a type: segments of letters, digits, "_" and "-" joined by ".", at most 128 characters.',
        ),
  (event) => ('data' in event ? null : fault('/data', 'required', 'An event needs `data`, any JSON value.')),
  optional(
    'id',
    isOwnId,
    'event_id_invalid',
    `An event id has 1 to ${LIMITS.eventIdChars.max} letters, digits, "_", "-" and ":", no dot, and is not one of ours (evt_…).`,
  ),
  optional('app', isName, 'invalid_type', 'The publishing app is named by its id, a text.'),
  optional(
    'topic',
    (value) => typeof value === 'string' && TOPIC.test(value),
    'invalid_topic',
    'A topic has 1 to 128 letters, digits, ".", "_" and "-".',
  ),
  optional('occurredAt', isInstant, 'invalid_date', 'A time is written as ISO 8601 with its offset, between the years 1970 and 9999.'),
  optional('resource', isThing, 'invalid_type', 'The resource is an object; its `type` and `id` are short texts.'),
  optional('user', isThing, 'invalid_type', 'The user is an object.'),
  optional('event', isObject, 'invalid_type', 'What is said about the event is an object.'),
];

/**
 * Reads the native event object. `scan` is the scan of exactly these bytes.
 * Throws DomainError `invalid_type` when it is no object, otherwise `invalid` with every faulty field.
 */
export function readNativeEvent(raw: Buffer, scan: JsonScan): EventFields {
  if (scan.kind !== 'object') throw invalid([fault('', 'invalid_type', 'An event is a JSON object.')], 'invalid_type');
  const event = JSON.parse(raw.toString('utf8')) as Json;
  const unknown = [...scan.members.keys()].filter((name) => !MEMBERS.has(name));
  const errors = unknown.map((name) => fault(`/${name}`, 'unknown_field', `An event has no member "${name}".`));
  for (const check of CHECKS) {
    const error = check(event);
    if (error) errors.push(error);
  }
  if (errors.length > 0) throw invalid(errors);
  const resource = isObject(event['resource']) ? event['resource'] : {};
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null);
  const data = scan.members.get('data')!;
  return {
    ownId: text(event['id']),
    repeatKey: null,
    type: event['type'] as string,
    topic: text(event['topic']),
    app: text(event['app']),
    resourceType: text(resource['type']),
    resourceId: text(resource['id']),
    requestId: requestIdOf(event['event']),
    occurredAt: text(event['occurredAt']),
    dataStart: data.start,
    dataEnd: data.end,
  };
}
