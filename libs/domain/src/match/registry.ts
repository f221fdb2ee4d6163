import type { EventTree, StoredEvent } from '../event.js';
import { compileLogic } from '../logic/compile.js';
import type { Logic } from '../logic/node.js';
import type { AppPermissions, EventToMatch, RegisteredEventType } from './candidate.js';

/** An app as its publisher registered it; `id` is `app:<uuid>`, as events name it. */
export interface AppRegistration extends AppPermissions {
  id: string;
}

/** An event type as its publisher registered it under an app and a topic. */
export interface TypeRegistration {
  app: string;
  topic: string;
  name: string;
  eventType: string | null;
  type: string | null;
  /** JSON Logic, or null. */
  filterLogic: unknown;
}

interface CompiledType extends TypeRegistration {
  filter: Logic | null;
}

/** A tenant's registered apps and event types, by what an event says of itself. */
export class Registry {
  private readonly apps: ReadonlyMap<string, AppPermissions>;
  private readonly types = new Map<string, CompiledType>();

  constructor({ apps, types }: { apps: readonly AppRegistration[]; types: readonly TypeRegistration[] }) {
    this.apps = new Map(apps.map(({ id, permissions, match }) => [id, { permissions, match }]));
    for (const type of types) {
      const compiled = { ...type, filter: type.filterLogic === null ? null : compileLogic(type.filterLogic, { dollarVariables: true }) };
      for (const name of new Set([type.name, type.eventType ?? type.name])) this.types.set(keyOf(type.app, type.topic, name), compiled);
    }
  }

  /** Joins an event with what its publisher registered. */
  join(stored: StoredEvent, tree: EventTree): EventToMatch {
    return { stored, tree, registered: this.registrationOf(stored, tree), appPermissions: this.permissionsOf(stored) };
  }

  /** What a subscriber of the event's app must hold; null when no registered app published it. */
  permissionsOf(event: StoredEvent): AppPermissions | null {
    return event.app === null ? null : (this.apps.get(event.app.toLowerCase()) ?? null);
  }

  /** The event's registration; its filterLogic's `$names` read the registration, then the event itself. Source: OS1, "Registering events". */
  registrationOf(event: StoredEvent, tree: EventTree): RegisteredEventType | null {
    const type = event.app === null || event.topic === null ? undefined : this.types.get(keyOf(event.app, event.topic, event.type));
    if (!type) return null;
    const variables = { ...tree.event, eventType: event.type, topic: event.topic, type: type.type, name: type.name, appId: event.app };
    return { name: type.name, eventType: type.eventType, filter: type.filter, variables };
  }
}

const keyOf = (app: string, topic: string, name: string): string => `${app}\n${topic}\n${name}`.toLowerCase();
