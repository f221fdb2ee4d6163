import { createHash } from 'node:crypto';
import { DomainError } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { newUuid } from '#store/new-id.js';
import type { NewEvent } from '#store/publish.store.js';
import type { EventFields } from './event-fields.js';

/** An event that is ready to be stored. Errors: `payload_too_large`; `idempotency_key_conflict` when a header contradicts the event's own id. */
export function toNewEvent(
  tenantId: string,
  raw: Buffer,
  fields: EventFields,
  idempotencyKey: string | null,
  hops = 0,
  traceparent: string | null = null,
): NewEvent {
  if (raw.length > LIMITS.eventBodyBytes.max)
    throw new DomainError('payload_too_large', `An event has at most ${LIMITS.eventBodyBytes.max} bytes.`);
  if (idempotencyKey !== null && fields.ownId !== null && idempotencyKey !== fields.ownId) {
    throw new DomainError(
      'idempotency_key_conflict',
      'The event’s own id is its idempotency key: leave out the header, or send the same text.',
    );
  }
  return {
    uuid: newUuid(),
    tenantId,
    ownId: fields.ownId,
    idempotencyKey: fields.ownId === null ? (idempotencyKey ?? fields.repeatKey) : null,
    fingerprint: createHash('sha256').update(raw).digest(),
    type: fields.type,
    topic: fields.topic,
    app: fields.app,
    resourceType: fields.resourceType,
    resourceId: fields.resourceId,
    requestId: fields.requestId,
    occurredAt: fields.occurredAt,
    raw,
    dataStart: fields.dataStart,
    dataEnd: fields.dataEnd,
    hops,
    traceparent,
  };
}
