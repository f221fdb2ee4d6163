import type { FieldError } from '#domain/errors.js';
import type { TopicFilter } from '#domain/subscription.js';
import { isDeepStrictEqual } from 'node:util';
import { pointerToken } from '../../http/field-errors.js';

const CHANGES = ['created', 'updated', 'deleted'];
const WORKFLOW = ['workflowEventRaised', 'workflowStateChanged'];
const KEEPING = ['archived', 'unarchived', 'restored'];
const CONTENT = [...CHANGES, 'published', 'unpublished', ...KEEPING, ...WORKFLOW];

/** Which events there are of which resources. Source: Contensis, "Webhooks", topics; entry and contentType also stand in the Management API. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  entry: CONTENT,
  asset: CONTENT,
  form: [...CHANGES, ...KEEPING, ...WORKFLOW],
  contentType: [...CHANGES, 'published'],
  component: [...CHANGES, 'published'],
  node: [...CHANGES, 'moved', 'childOrderChanged'],
  project: ['updated'],
  user: CHANGES,
  group: [...CHANGES, 'userAdded', 'userRemoved', 'groupAdded', 'groupRemoved'],
  'comment.entry': ['created', 'replied', 'updated', 'resolved', 'reactivated', 'deleted'],
};

const RESOURCE_TYPES = Object.keys(EVENTS);
const BY_LOWER_NAME = new Map(RESOURCE_TYPES.map((name) => [name.toLowerCase(), EVENTS[name] ?? []]));

/**
 * Faults of topics: a resource type that is missing or that there is none of, an event that its resources do not have. Names compare
 * without case. A topic that is stored as it is here may stay, whichever API it came through.
 */
export function checkTopics(topics: readonly TopicFilter[], stored: readonly TopicFilter[]): FieldError[] {
  return topics.flatMap((topic, i) =>
    stored.some((known) => isDeepStrictEqual({ ...known }, { ...topic })) ? [] : checkTopic(topic, `/topics/${i}`),
  );
}

function checkTopic({ resourceType, event = [] }: TopicFilter, path: string): FieldError[] {
  const at = `${path}/resourceType`;
  if (resourceType === undefined) return [{ path: at, code: 'required', message: 'A topic names its resource type.' }];
  const events = BY_LOWER_NAME.get(resourceType.toLowerCase());
  if (!events) return [unknownType(at)];
  const known = new Set(events.map((name) => name.toLowerCase()));
  return event.flatMap((name, i) =>
    known.has(name.toLowerCase())
      ? []
      : [{ path: `${path}/event/${i}`, code: 'unknown_event', message: `Events of ${resourceType} are ${events.join(', ')}.` }],
  );
}

/**
 * Faults of the keys of templates: `<resourceType>`, `<resourceType>.<contentTypeId>`, or `*` for all other resources. A key that is
 * stored may stay.
 */
export function checkTemplateKeys(keys: readonly string[], stored: readonly string[]): FieldError[] {
  return keys
    .filter((key) => !stored.includes(key) && !isTemplateKey(key.toLowerCase()))
    .map((key) => unknownType(`/templates/${pointerToken(key)}`));
}

const isTemplateKey = (key: string): boolean =>
  key === '*' || [...BY_LOWER_NAME.keys()].some((type) => key === type || (key.startsWith(`${type}.`) && key.length > type.length + 1));

const unknownType = (path: string): FieldError => ({
  path,
  code: 'unknown_resource_type',
  message: `Resource types are ${RESOURCE_TYPES.join(', ')}.`,
});
