import { type EventTree, eventTree, type StoredEvent } from '#domain/event.js';

const trees = new WeakMap<StoredEvent, EventTree>();

/** The tree of an event, built once however many deliveries it comes to, and kept as long as the event is. It is shared: nobody may change it. */
export function treeOf(event: StoredEvent): EventTree {
  const known = trees.get(event);
  if (known) return known;
  const tree = eventTree(event);
  trees.set(event, tree);
  return tree;
}
