import type { EventTree, StoredEvent } from '../event.js';

/** What a body is made of when no template makes it. */
export interface PayloadContext {
  stored: StoredEvent;
  tree: EventTree;
  /** Uuids. */
  delivery: string;
  subscription: string;
}
