import { DomainError } from '#domain/errors.js';
import { DeliveryBodyStore } from '#store/delivery-body.store.js';
import { EventStore } from '#store/event.store.js';
import { SubscriptionCatalogStore } from '#store/subscription-catalog.store.js';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';
import { bodyOf } from './body-of.js';
import { DeliveriesService } from './deliveries.service.js';
import { type DeliveryBodyDto, toDeliveryBodyDto } from './delivery-body.dto.js';

/** The bytes that a delivery sends. */
@Injectable()
export class DeliveryBodiesService {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly bodies: DeliveryBodyStore,
    private readonly events: EventStore,
    private readonly subscriptions: SubscriptionCatalogStore,
  ) {}

  /** What was sent, or while nothing was, what will be. Errors: `not_found`, `payload_expunged`, `template_error`. */
  async find(tenantId: string, uuid: string): Promise<DeliveryBodyDto> {
    const delivery = await this.deliveries.find(tenantId, uuid);
    const { id, eventUuid, subscriptionUuid, bodySource } = delivery;
    const [kept, [stored], [subscription]] = await Promise.all([
      this.bodies.load([id]),
      this.events.findMany(tenantId, [eventUuid]),
      this.subscriptions.loadByIds([subscriptionUuid]),
    ]);
    if (!stored || !subscription) throw notFound();
    if (delivery.expunged || stored.expungedAt) throw payloadExpunged();
    return toDeliveryBodyDto(kept.get(id) ?? bodyOf(delivery, subscription, stored), bodySource !== null);
  }
}

const payloadExpunged = (): DomainError =>
  new DomainError('payload_expunged', 'The payload of this event has been expunged, and with it what was sent of it.');
