import type { StoredEvent } from '#domain/event.js';
import { type EventFilter, EventStore } from '#store/event.store.js';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';

/** Stored events for their tenant's eyes. */
@Injectable()
export class EventsService {
  constructor(private readonly events: EventStore) {}

  /** By `evt_…` or the publisher's own id; throws `not_found`. */
  async find(tenantId: string, id: string): Promise<StoredEvent> {
    const event = id.isWellFormed() && !id.includes('\0') ? await this.events.find(tenantId, id) : null;
    if (!event) throw notFound();
    return event;
  }

  /** Those of these uuids that are the tenant's, by uuid. */
  async findMany(tenantId: string, uuids: readonly string[]): Promise<Map<string, StoredEvent>> {
    const events = uuids.length === 0 ? [] : await this.events.findMany(tenantId, uuids);
    return new Map(events.map((event) => [event.uuid, event]));
  }

  /** Those that came of one request of the publisher's (`event.requestId`), oldest first. */
  listByRequest(tenantId: string, requestId: string, limit: number): Promise<StoredEvent[]> {
    const isSearchable = requestId.isWellFormed() && !requestId.includes('\0');
    return isSearchable ? this.events.listByRequest(tenantId, requestId, limit) : Promise.resolve([]);
  }

  /** Newest first, before the event `beforeUuid`. */
  list(tenantId: string, filter: EventFilter, limit: number, beforeUuid: string | null): Promise<StoredEvent[]> {
    return this.events.list(tenantId, filter, limit, beforeUuid);
  }
}
