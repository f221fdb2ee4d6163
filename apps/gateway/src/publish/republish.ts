import { createHash } from 'node:crypto';
import { DomainError } from '#domain/errors.js';
import { eventTree, type StoredEvent } from '#domain/event.js';
import { DeliverWake } from '#queue/queue.module.js';
import { EventStore, type ResourceEvent } from '#store/event.store.js';
import { newUuid } from '#store/new-id.js';
import type { NewEvent } from '#store/publish.store.js';
import { TestSendStore } from '#store/test-send.store.js';
import { Injectable } from '@nestjs/common';
import { requestIdOf } from './native-event.js';

/** Publishes once more what was last said about a resource, to one subscription alone. */
@Injectable()
export class Republish {
  constructor(
    private readonly events: EventStore,
    private readonly store: TestSendStore,
    private readonly wake: DeliverWake,
  ) {}

  /** Whether anything was ever said about a resource of this type. */
  knowsResourceType(tenantId: string, resourceType: string): Promise<boolean> {
    return this.events.knowsResourceType(tenantId, resourceType);
  }

  /**
   * Stores the newest event of the type about the resource again, with its bytes, and delivers it to the subscription past its filters.
   * Returns the delivery's uuid, null without such an event. Errors: `subscription_inactive`.
   */
  async toOne(tenantId: string, subscriptionId: string, about: ResourceEvent): Promise<string | null> {
    const event = await this.events.newestAbout(tenantId, about);
    if (!event) return null;
    const delivery = await this.store.insert(again(event), subscriptionId);
    if (delivery === null)
      throw new DomainError('subscription_inactive', 'The subscription is switched off or suspended, so nothing was sent.');
    this.wake.wake([delivery]);
    return delivery;
  }
}

/** The same event under an id of its own; the publisher's own id stays the first one's. */
const again = (event: StoredEvent): NewEvent => ({
  ...event,
  uuid: newUuid(),
  ownId: null,
  idempotencyKey: null,
  fingerprint: createHash('sha256').update(event.raw).digest(),
  requestId: requestIdOf(eventTree(event).event),
});
