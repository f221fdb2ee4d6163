import type { StoredEvent } from '#domain/event.js';
import { formatId } from '#domain/ids.js';
import type { EventFields } from '../publish/event-fields.js';
import { toNewEvent } from '../publish/new-event.js';

/** An event as it would be stored if it were published now. `fields` were read from exactly these bytes. Error: `payload_too_large`. */
export function asStored(tenantId: string, raw: Buffer, fields: EventFields): StoredEvent {
  const { uuid, ownId, occurredAt, ...event } = toNewEvent(tenantId, raw, fields, null);
  const acceptedAt = new Date().toISOString();
  return {
    uuid,
    id: ownId ?? formatId('evt', uuid),
    tenantId,
    type: event.type,
    topic: event.topic,
    app: event.app,
    resourceType: event.resourceType,
    resourceId: event.resourceId,
    occurredAt: occurredAt === null ? acceptedAt : new Date(occurredAt).toISOString(),
    acceptedAt,
    raw,
    dataStart: event.dataStart,
    dataEnd: event.dataEnd,
  };
}
