import { dataOf } from '../event.js';
import type { PayloadContext } from './payload-context.js';
import { withMember } from './with-member.js';

/**
 * `{"event":{"type","uuid"},"payload"}`: the uuid is the hook event's own, without dashes; the payload's bytes are the publisher's.
 * Source: Akinon OMS, "Webhook Event Services", request_payload.
 */
export const whispererPayload = ({ stored, delivery }: PayloadContext): Buffer => {
  const data = dataOf(stored);
  const event = { type: stored.type, uuid: delivery.replaceAll('-', '') };
  return withMember({ event }, 'payload', data.length > 0 ? data : Buffer.from('{}'));
};
