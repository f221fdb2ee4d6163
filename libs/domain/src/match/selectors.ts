import type { SourceFilter, TopicFilter } from '../subscription.js';
import type { EventToMatch } from './candidate.js';
import { compilePattern, matchesPattern } from './event-type.js';
import { namesIn, normalName } from './fields.js';
import type { Condition, FieldName, Selector } from './selector.js';

export interface NativeSelectors {
  eventTypes?: readonly string[];
  topics?: readonly TopicFilter[];
  sources?: readonly SourceFilter[];
}

/**
 * Compiles the three forms of a subscription into one list: AND across the fields of a selector, OR within a field, OR between selectors.
 * Throws DomainError `event_type_pattern_invalid`.
 */
export function compileSelectors({ eventTypes = [], topics = [], sources = [] }: NativeSelectors): Selector[] {
  const patterns = eventTypes.map((pattern, i) => compilePattern(pattern, `/eventTypes/${i}`));
  const byType: Selector[] = patterns.length === 0 ? [] : [{ origin: '/eventTypes', conditions: [{ field: 'type', patterns }] }];
  return [
    ...byType,
    ...topics.flatMap((topic, i) => compileTopic(topic, `/topics/${i}`)),
    ...sources.map((source, i) => compileSource(source, `/sources/${i}`)),
  ];
}

const TOPIC_FIELDS = ['resourceType', 'language', 'contentTypeId', 'owner', 'id', 'dataFormat'] as const;

/** The only events for which Contensis' two workflow fields mean anything. */
const WORKFLOW_FIELDS = new Map<string, 'workflowEvent' | 'workflowState'>([
  ['workfloweventraised', 'workflowEvent'],
  ['workflowstatechanged', 'workflowState'],
]);

/**
 * A topic that names workflow events or states becomes one selector per kind of event it asks for, so that `workflowEvent` narrows
 * workflowEventRaised and leaves `published` beside it alone. With no event named, a workflow field asks for its own event.
 */
function compileTopic(topic: TopicFilter, origin: string): Selector[] {
  const common = TOPIC_FIELDS.flatMap((field) => among(field, topic[field]));
  const asked = [...WORKFLOW_FIELDS].filter(([, field]) => among(field, topic[field]).length > 0);
  if (asked.length === 0) return [{ origin, conditions: [...common, ...among('event', topic.event)] }];
  const named = listOf(topic.event).map(normalName);
  const events = named.length > 0 ? named : asked.map(([event]) => event);
  const plain = among(
    'event',
    events.filter((event) => !WORKFLOW_FIELDS.has(event)),
  );
  const narrowed = [...WORKFLOW_FIELDS].filter(([event]) => events.includes(event));
  return [
    ...(plain.length > 0 ? [{ origin, conditions: [...common, ...plain] }] : []),
    ...narrowed.map(([event, field]) => ({ origin, conditions: [...common, ...among('event', event), ...among(field, topic[field])] })),
  ];
}

const compileSource = (source: SourceFilter, origin: string): Selector => ({
  origin,
  conditions: [...among('app', source.app), ...among('topic', source.topic), ...among('sourceEvent', source.events)],
});

/** One name counts as a list of one (a topic's `owner` is written so); nothing asked is no condition. */
function among(field: FieldName, value: string | readonly string[] | undefined): Condition[] {
  const names = new Set(listOf(value).map(normalName));
  return names.size === 0 ? [] : [{ field, names }];
}

const listOf = (value: string | readonly string[] | null | undefined): readonly string[] =>
  value === undefined || value === null || value === '' ? [] : typeof value === 'string' ? [value] : value;

export const selects = (selector: Selector, event: EventToMatch): boolean =>
  selector.conditions.every((condition) => holds(condition, event));

/** The first condition that does not hold, for people who ask why. */
export const failingCondition = (selector: Selector, event: EventToMatch): Condition | undefined =>
  selector.conditions.find((condition) => !holds(condition, event));

function holds(condition: Condition, event: EventToMatch): boolean {
  if ('patterns' in condition) return condition.patterns.some((pattern) => matchesPattern(pattern, event.stored.type));
  return namesIn(event, condition.field).some((name) => condition.names.has(name));
}
