import { dataOf, type StoredEvent } from '../event.js';
import { withMember } from './with-member.js';

/** `{"id","type","timestamp","data"}`; the bytes of `data` are the publisher's. An event without data (a CloudEvent may be) has no such member. */
export const standardPayload = ({ stored }: { stored: StoredEvent }): Buffer =>
  withMember({ id: stored.id, type: stored.type, timestamp: stored.occurredAt }, 'data', dataOf(stored));
