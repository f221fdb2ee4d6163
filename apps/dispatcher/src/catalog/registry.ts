import type { StoredEvent, EventTree } from '#domain/event.js';
import { compileLogic } from '#domain/logic/compile.js';
import type { Logic } from '#domain/logic/node.js';
import type { AppPermissions, RegisteredEventType } from '#domain/match/candidate.js';
import type { RegisteredApp, RegisteredType } from '#store/registry.store.js';

interface CompiledType extends RegisteredType {
  filter: Logic | null;
}

/** A tenant's registered apps and event types, by what an event says of itself. */
export class Registry {
  private readonly apps: ReadonlyMap<string, AppPermissions>;
  private readonly types = new Map<string, CompiledType>();

  constructor({ apps, types }: { apps: RegisteredApp[]; types: RegisteredType[] }) {
    this.apps = new Map(apps.map(({ id, permissions, match }) => [id, { permissions, match }]));
    for (const type of types) {
      const compiled = { ...type, filter: type.filterLogic === null ? null : compileLogic(type.filterLogic, { dollarVariables: true }) };
      for (const name of new Set([type.name, type.eventType ?? type.name])) this.types.set(keyOf(type.app, type.topic, name), compiled);
    }
  }

  /** What a subscriber of the event's app must hold; null when no registered app published it. */
  permissionsOf(event: StoredEvent): AppPermissions | null {
    return event.app === null ? null : (this.apps.get(event.app.toLowerCase()) ?? null);
  }

  /** The event's registration; what its filterLogic's `$names` read are the registration, then the event itself. Source: OS1, "Registering events". */
  registrationOf(event: StoredEvent, tree: EventTree): RegisteredEventType | null {
    const type = event.app === null || event.topic === null ? undefined : this.types.get(keyOf(event.app, event.topic, event.type));
    if (!type) return null;
    const variables = { ...tree.event, eventType: event.type, topic: event.topic, type: type.type, name: type.name, appId: event.app };
    return { name: type.name, eventType: type.eventType, filter: type.filter, variables };
  }
}

const keyOf = (app: string, topic: string, name: string): string => `${app}\n${topic}\n${name}`.toLowerCase();
