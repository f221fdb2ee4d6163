import type { EventTypePattern } from './event-type.js';

/** What a selector can ask about besides the event type; `fields.ts` says where each is read. */
export type FieldName =
  | 'resourceType'
  | 'event'
  | 'language'
  | 'contentTypeId'
  | 'owner'
  | 'id'
  | 'dataFormat'
  | 'workflowEvent'
  | 'workflowState'
  | 'app'
  | 'topic'
  | 'sourceEvent';

/** One question about an event: does its type match a pattern, or is one of its names under a field among these (lower case)? */
export type Condition =
  | { readonly field: 'type'; readonly patterns: readonly EventTypePattern[] }
  | { readonly field: FieldName; readonly names: ReadonlySet<string> };

/** Every condition has to hold. `origin` is the JSON Pointer of what it was compiled from. */
export interface Selector {
  readonly origin: string;
  readonly conditions: readonly Condition[];
}
