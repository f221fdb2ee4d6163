import type { StoredEvent } from '#domain/event.js';
import type { Found } from '#store/bounded-search.js';
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

  /** Newest first, before the event `beforeUuid`, as far back as one page looks. */
  search(tenantId: string, filter: EventFilter, limit: number, beforeUuid: string | null): Promise<Found<StoredEvent>> {
    return this.events.search(tenantId, filter, limit, beforeUuid);
  }

  /** The same, looked for until there are `limit` or no more: for the clients of dialects, who know no page that ends before it is full. */
  async list(tenantId: string, filter: EventFilter, limit: number, beforeUuid: string | null): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let before = beforeUuid; ;) {
      const { rows, searchedTo } = await this.events.search(tenantId, filter, limit - events.length, before);
      events.push(...rows);
      if (searchedTo === null) return events;
      before = searchedTo;
    }
  }
}
