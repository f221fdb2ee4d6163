import { DomainError } from '#domain/errors.js';
import { type EventTree, type StoredEvent } from '#domain/event.js';
import { type RenderedRequest, renderRequest, type SentBody, withFirstBody } from '#domain/render-request.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';

/** A request that can be signed and sent, or why there is none: an event that does not fit its subscriber's templates. */
export type Rendered = { kind: 'request'; request: RenderedRequest } | { kind: 'unrenderable'; message: string };

export interface BodyHistory {
  source: 'default' | 'template' | null;
  /** The bytes of an earlier attempt's templated body. */
  sent: SentBody | undefined;
}

/**
 * Renders today's url and headers around the body that was sent first: its frozen bytes, or the default body again even if the
 * subscription has a template by now.
 */
export function render(served: ServedSubscription, event: { stored: StoredEvent; tree: EventTree }, body: BodyHistory): Rendered {
  try {
    const request = renderRequest(withFirstBody(served.ready().request, body.source), event, body.sent);
    return { kind: 'request', request };
  } catch (error) {
    if (error instanceof DomainError) return { kind: 'unrenderable', message: error.message };
    throw error;
  }
}
