import { exactType } from './event-type.js';
import type { Selector } from './selector.js';

/**
 * Subscriptions by the event types they name, so that an event is not judged against every subscription of its tenant.
 * What can match a type that is not spelled out (wildcards, topics, sources) stands in `remainder` and is always a candidate.
 */
export interface TypeIndex<T> {
  /** Keys in lower case. */
  readonly byType: ReadonlyMap<string, readonly T[]>;
  readonly remainder: readonly T[];
}

export function indexByType<T extends { readonly selectors: readonly Selector[] }>(subscriptions: Iterable<T>): TypeIndex<T> {
  const byType = new Map<string, T[]>();
  const remainder: T[] = [];
  for (const subscription of subscriptions) {
    const types = typesOf(subscription.selectors);
    if (types === null) remainder.push(subscription);
    else for (const type of types) listUnder(byType, type).push(subscription);
  }
  return { byType, remainder };
}

/** Every subscription that can want an event of this type, each once, and some that do not. */
export function candidates<T>(index: TypeIndex<T>, eventType: string): T[] {
  return [...(index.byType.get(eventType.toLowerCase()) ?? []), ...index.remainder];
}

/** The only types these selectors can match, or null when they cannot be told. */
function typesOf(selectors: readonly Selector[]): Set<string> | null {
  const types = new Set<string>();
  for (const selector of selectors) {
    const patterns = selector.conditions.flatMap((condition) => ('patterns' in condition ? condition.patterns : []));
    if (patterns.length === 0) return null;
    for (const pattern of patterns) {
      const type = exactType(pattern);
      if (type === null) return null;
      types.add(type);
    }
  }
  return types;
}

function listUnder<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
