import { eventTree, type StoredEvent } from '#domain/event.js';
import { compileRequest } from '#domain/match/compile-subscription.js';
import { renderRequest, type SentBody, withFirstBody } from '#domain/render-request.js';
import type { DeliveryRow } from '#store/delivery.store.js';
import type { SubscriptionRow } from '#store/subscription-catalog.store.js';

/**
 * What the requests of a delivery carry where no bytes are kept of its first: the default shape again if that was sent, else what today's
 * templates make of the event. Throws DomainError `template_error` when the event does not fit them.
 */
export function bodyOf({ bodySource }: DeliveryRow, { spec, id }: SubscriptionRow, stored: StoredEvent): SentBody {
  const { body, contentType } = renderRequest(withFirstBody(compileRequest(spec, id), bodySource), { stored, tree: eventTree(stored) });
  return { body, contentType };
}
