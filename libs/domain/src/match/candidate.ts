import type { EventTree, StoredEvent } from '../event.js';
import type { Logic } from '../logic/node.js';
import type { Selector } from './selector.js';

/** The publisher's registered event type, with its filterLogic compiled (dollar variables on) and what `$name` reads. */
export interface RegisteredEventType {
  name: string;
  eventType: string | null;
  filter: Logic | null;
  variables: Record<string, unknown>;
}

/** What a subscriber must hold to receive this app's events: one of the permissions (OS1's default) or every one. An empty list asks nothing. */
export interface AppPermissions {
  permissions: string[];
  match: 'any' | 'all';
}

/**
 * An event as the judgement sees it. Build it once per event and do not change it afterwards: what is read out of it, and the
 * publisher filter's answer, are remembered for the next subscription.
 */
export interface EventToMatch {
  readonly stored: StoredEvent;
  readonly tree: EventTree;
  readonly registered: RegisteredEventType | null;
  readonly appPermissions: AppPermissions | null;
}

/** A subscription as the judgement sees it: everything parsed and compiled when it was saved or loaded. */
export interface CompiledSubscription {
  readonly id: string;
  readonly tenantId: string;
  readonly selectors: readonly Selector[];
  readonly filter: Logic | null;
  readonly enabled: boolean;
  readonly suspended: boolean;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Permission names its owner holds now, not those of the day it was made. */
  readonly heldPermissions: readonly string[];
}
