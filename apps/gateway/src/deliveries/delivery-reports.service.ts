import { DomainError } from '#domain/errors.js';
import type { StoredEvent } from '#domain/event.js';
import { type AttemptHistory, AttemptStore } from '#store/attempt.store.js';
import { DeliveryBodyStore } from '#store/delivery-body.store.js';
import type { DeliveryFilter } from '#store/delivery-filter.js';
import { type DeliveryRow, DeliveryStore } from '#store/delivery.store.js';
import { EventStore } from '#store/event.store.js';
import { SubscriptionCatalogStore, type SubscriptionRow } from '#store/subscription-catalog.store.js';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';
import { bodyOf } from './body-of.js';

/** A delivery with all that a list of them may want to show. */
export interface DeliveryReport {
  delivery: DeliveryRow;
  /** As it is today; one that was deleted is still there. */
  subscription: SubscriptionRow;
  /** What was sent, or what will be; null when the event does not fit the subscription's templates, or was expunged. */
  body: Buffer | null;
  history: AttemptHistory;
}

const UNTRIED: AttemptHistory = { startedAt: [], last: null };

/** Deliveries for the dialects that show them whole. A page costs the same few queries however many rows it has. */
@Injectable()
export class DeliveryReportsService {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly subscriptions: SubscriptionCatalogStore,
    private readonly attempts: AttemptStore,
    private readonly bodies: DeliveryBodyStore,
    private readonly events: EventStore,
  ) {}

  count(tenantId: string, filter: DeliveryFilter): Promise<number> {
    return this.deliveries.count(tenantId, filter);
  }

  /** Newest first, `offset` of them passed over. */
  async list(tenantId: string, filter: DeliveryFilter, limit: number, offset: number): Promise<DeliveryReport[]> {
    return this.report(tenantId, await this.deliveries.list(tenantId, filter, limit, null, offset));
  }

  /** The newest that the filter lets through; throws `not_found`. */
  async find(tenantId: string, filter: DeliveryFilter): Promise<DeliveryReport> {
    const [report] = await this.list(tenantId, filter, 1, 0);
    if (!report) throw notFound();
    return report;
  }

  private async report(tenantId: string, rows: DeliveryRow[]): Promise<DeliveryReport[]> {
    const ids = rows.map(({ id }) => id);
    const [subscriptions, histories, sent] = await Promise.all([
      this.subscriptions.loadByIds([...new Set(rows.map(({ subscriptionUuid }) => subscriptionUuid))]),
      this.attempts.histories(ids),
      this.bodies.load(ids),
    ]);
    const unsent = rows.filter(({ id }) => !sent.has(id));
    const events = unsent.length === 0 ? [] : await this.events.findMany(tenantId, [...new Set(unsent.map(({ eventUuid }) => eventUuid))]);
    const eventOf = new Map(events.map((event) => [event.uuid, event]));
    const subscriptionOf = new Map(subscriptions.map((subscription) => [subscription.id, subscription]));
    return rows.flatMap((delivery) => {
      const subscription = subscriptionOf.get(delivery.subscriptionUuid);
      if (!subscription) return [];
      const body = sent.get(delivery.id)?.body ?? renderedBody(delivery, subscription, eventOf.get(delivery.eventUuid));
      return [{ delivery, subscription, body, history: histories.get(delivery.id) ?? UNTRIED }];
    });
  }
}

function renderedBody(delivery: DeliveryRow, subscription: SubscriptionRow, stored: StoredEvent | undefined): Buffer | null {
  if (!stored || stored.expungedAt) return null;
  try {
    return bodyOf(delivery, subscription, stored).body;
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
