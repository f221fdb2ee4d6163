import { eventTree, type StoredEvent } from '#domain/event.js';
import { socotraPayload } from '#domain/payload/socotra.js';

/** The bytes of an `EventResponse`: the very ones that webhooks are sent, numbers of any size included. */
export const showEvent = (stored: StoredEvent): Buffer =>
  socotraPayload({ stored, tree: eventTree(stored), delivery: '', subscription: '' });

/** The request that an event came of, by the publisher's word, else the event's own locator. */
export const requestLocatorOf = (stored: StoredEvent): string =>
  (JSON.parse(showEvent({ ...stored, dataStart: 0, dataEnd: 0 }).toString('utf8')) as { requestId: string }).requestId;

/** `{"pagingToken", "events"}` around the events' own bytes. */
export function showEvents(events: readonly StoredEvent[], pagingToken: string | null): Buffer {
  return Buffer.concat([Buffer.from(`{"pagingToken":${JSON.stringify(pagingToken)},"events":`), showEventArray(events), Buffer.from('}')]);
}

export function showEventArray(events: readonly StoredEvent[]): Buffer {
  const parts = events.flatMap((event, i) => [Buffer.from(i === 0 ? '[' : ','), showEvent(event)]);
  return Buffer.concat([...(parts.length > 0 ? parts : [Buffer.from('[')]), Buffer.from(']')]);
}
