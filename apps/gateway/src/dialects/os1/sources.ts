import { DomainError, type FieldError, invalid, invalidField } from '#domain/errors.js';
import { Injectable } from '@nestjs/common';
import { formatAppId } from '../../catalog/app-id.js';
import { CatalogService } from '../../catalog/catalog.service.js';
import type { Wanted } from './wanted.js';

interface Registered {
  appId: string;
  name: string;
  eventType: string | null;
}

/** Finds the app behind the events that a subscriber names by their topic alone, as OS1's subscribers do. */
@Injectable()
export class Sources {
  constructor(private readonly catalog: CatalogService) {}

  /**
   * What is wanted, with its app. Throws `unknown_event`, and `conflict` where the names fit several apps or no single one.
   * An app that is given is checked where the subscription is written.
   */
  async resolve(tenantId: string, wanted: Wanted): Promise<Wanted> {
    if (wanted.app !== null || wanted.events.length === 0 || wanted.topic === null) return wanted;
    const registered = await this.catalog.listNamed(tenantId, wanted.topic, wanted.events);
    return { ...wanted, app: publisherOf(registered, wanted.events) };
  }
}

/** The one app that has registered all of these events, as `app:<uuid>`. */
export function publisherOf(registered: readonly Registered[], events: readonly string[]): string {
  const isUnknown = (event: string): boolean => !registered.some((type) => isNamed(type, event));
  const unknown = events.flatMap((event, i): FieldError[] =>
    isUnknown(event) ? [{ path: `/events/${i}`, code: 'unknown_event', message: 'No app has registered this event under the topic.' }] : [],
  );
  if (unknown.length > 0) throw invalid(unknown, 'unknown_event');
  const apps = [...new Set(registered.map(({ appId }) => appId))];
  const [app, other] = apps.filter((appId) =>
    events.every((event) => registered.some((type) => type.appId === appId && isNamed(type, event))),
  );
  if (app === undefined) throw new DomainError('conflict', 'These are events of different apps; a subscription names those of one.');
  if (other !== undefined)
    throw invalidField('/eventAppId', 'conflict', 'Several apps have registered these events: say which by eventAppId.');
  return formatAppId(app);
}

function isNamed({ name, eventType }: Registered, event: string): boolean {
  const asked = event.toLowerCase();
  return name.toLowerCase() === asked || eventType?.toLowerCase() === asked;
}
