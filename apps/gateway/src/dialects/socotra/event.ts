import { eventTree, type StoredEvent } from '#domain/event.js';
import { socotraPayload, socotraRequestId } from '#domain/payload/socotra.js';

/** The bytes of an `EventResponse`: the very ones that webhooks are sent, numbers of any size included. */
export const showEvent = (stored: StoredEvent): Buffer => socotraPayload({ stored, tree: eventTree(stored) });

export const requestLocatorOf = (stored: StoredEvent): string => socotraRequestId({ stored, tree: eventTree(stored) });

/** `{"pagingToken", "events"}` around the events' own bytes. */
export function showEvents(events: readonly StoredEvent[], pagingToken: string | null): Buffer {
  return Buffer.concat([Buffer.from(`{"pagingToken":${JSON.stringify(pagingToken)},"events":`), showEventArray(events), Buffer.from('}')]);
}

export function showEventArray(events: readonly StoredEvent[]): Buffer {
  const parts = events.flatMap((event, i) => [Buffer.from(i === 0 ? '[' : ','), showEvent(event)]);
  return Buffer.concat([...(parts.length > 0 ? parts : [Buffer.from('[')]), Buffer.from(']')]);
}
