import { dataOf } from '../event.js';
import { ulidOf } from '../ids.js';
import type { PayloadContext } from './payload-context.js';
import { withMember } from './with-member.js';

type SocotraContext = Pick<PayloadContext, 'stored' | 'tree'>;

/** The request that an event came of, by the publisher's word (`event.requestId`), else the event's own locator. */
export const socotraRequestId = ({ stored, tree }: SocotraContext): string => textOr(tree.event['requestId'], null) ?? ulidOf(stored.uuid);

const textOr = (value: unknown, otherwise: string | null): string | null => (typeof value === 'string' ? value : otherwise);

/** `EventResponse`: `{"locator","requestId","userLocator","timestamp","type","data"}`. Source: Socotra, Events API. */
export const socotraPayload = ({ stored, tree }: SocotraContext): Buffer => {
  const locator = ulidOf(stored.uuid);
  const user = typeof tree.user === 'object' && tree.user !== null ? (tree.user as Record<string, unknown>) : {};
  const head = {
    locator,
    requestId: socotraRequestId({ stored, tree }),
    userLocator: textOr(user['locator'], textOr(user['id'], null)),
    timestamp: stored.occurredAt,
    type: stored.type,
  };
  const data = dataOf(stored);
  return withMember(head, 'data', data.length > 0 ? data : Buffer.from('null'));
};
