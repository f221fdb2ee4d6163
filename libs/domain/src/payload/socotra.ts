import { dataOf } from '../event.js';
import { ulidOf } from '../ids.js';
import type { PayloadContext } from './payload-format.js';
import { withMember } from './with-member.js';

const textOr = (value: unknown, otherwise: string | null): string | null => (typeof value === 'string' ? value : otherwise);

/** `EventResponse`: `{"locator","requestId","userLocator","timestamp","type","data"}`. Source: Socotra, Events API. */
export const socotraPayload = ({ stored, tree }: PayloadContext): Buffer => {
  const locator = ulidOf(stored.uuid);
  const user = typeof tree.user === 'object' && tree.user !== null ? (tree.user as Record<string, unknown>) : {};
  const head = {
    locator,
    requestId: textOr(tree.event['requestId'], locator),
    userLocator: textOr(user['locator'], textOr(user['id'], null)),
    timestamp: stored.occurredAt,
    type: stored.type,
  };
  const data = dataOf(stored);
  return withMember(head, 'data', data.length > 0 ? data : Buffer.from('null'));
};
