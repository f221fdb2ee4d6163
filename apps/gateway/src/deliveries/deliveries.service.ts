import { formatId, isUuid, parseId } from '#domain/ids.js';
import { invalidField } from '#domain/errors.js';
import { DeliverWake } from '#queue/queue.module.js';
import { AttemptStore } from '#store/attempt.store.js';
import type { DeliveryFilter } from '#store/delivery-filter.js';
import { type DeliveryRow, type DeliverySearch, DeliveryStore } from '#store/delivery.store.js';
import { Injectable } from '@nestjs/common';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, makeSearchPage, type Page, readCursor, type SearchPage } from '../http/page.js';
import { notFound } from '../http/path-ids.js';
import { type AttemptDto, toAttemptDto } from './attempt.dto.js';
import { type DeliveryDto, toDeliveryDto } from './delivery.dto.js';
import { checkWindow, type DeliveriesQuery, type DivertedQuery } from './list-queries.js';

/** Deliveries for their tenant's eyes, and what an operator may ask of them. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly attempts: AttemptStore,
    private readonly wake: DeliverWake,
    private readonly cursors: CursorKey,
  ) {}

  /** `fixed` are the conditions that the route sets; `route` binds the cursor. */
  async list(
    tenantId: string,
    route: string,
    query: DivertedQuery & Pick<DeliveriesQuery, 'state'>,
    fixed: DeliverySearch = {},
  ): Promise<SearchPage<DeliveryDto>> {
    checkWindow(query);
    const binding = this.cursors.bind(tenantId, route, query);
    const filter = { ...filterOf(query), ...fixed };
    const found = await this.deliveries.search(tenantId, filter, query.limit + 1, readCursor(query.cursor, binding));
    const page = makeSearchPage(found, query.limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toDeliveryDto) };
  }

  /** Newest first, `offset` of them passed over: for the dialects that page by counting. */
  listRows(tenantId: string, filter: DeliveryFilter, limit: number, offset: number): Promise<DeliveryRow[]> {
    return this.deliveries.list(tenantId, filter, limit, null, offset);
  }

  /** Throws `not_found` for what is not the tenant's. */
  async find(tenantId: string, uuid: string): Promise<DeliveryRow> {
    const row = await this.deliveries.find(tenantId, uuid);
    if (!row) throw notFound();
    return row;
  }

  async listAttempts(tenantId: string, uuid: string, limit: number, cursor: string | undefined): Promise<Page<AttemptDto>> {
    const { id } = await this.find(tenantId, uuid);
    const binding = this.cursors.bind(tenantId, `/v1/deliveries/${id}/attempts`);
    const before = readCursor(cursor, binding);
    const rows = await this.attempts.list(id, limit + 1, before === null ? null : Number(before));
    const page = makePage(rows, limit, ({ number }) => String(number), binding);
    return { ...page, items: page.items.map(toAttemptDto) };
  }

  /** Errors: `not_found`, `delivery_in_flight`, `subscription_deleted`, `event_expunged`. */
  async resend(tenantId: string, uuid: string): Promise<DeliveryDto> {
    const row = await this.deliveries.resend(tenantId, uuid, 'manual');
    if (!row) throw notFound();
    this.wake.wake([row.id]);
    return toDeliveryDto(row);
  }

  /** Errors: `not_found`, `delivery_in_flight`, `delivery_ended`. */
  async cancel(tenantId: string, uuid: string, reason: 'cancelled_by_operator' | 'discarded_by_operator'): Promise<DeliveryDto> {
    const row = await this.deliveries.cancel(tenantId, uuid, reason);
    if (!row) throw notFound();
    return toDeliveryDto(row);
  }
}

function filterOf(query: DivertedQuery & Pick<DeliveriesQuery, 'state'>): DeliverySearch {
  const { state, subscription, eventType, statusClass, error, resourceType, resourceId, from, to } = query;
  return {
    state,
    subscriptionUuid: subscription === undefined ? undefined : subscriptionUuid(subscription),
    eventType,
    statusClass: statusClass === undefined ? undefined : Number(statusClass[0]),
    errorCode: error,
    resourceType,
    resourceId,
    from,
    to,
  };
}

function subscriptionUuid(text: string): string {
  const uuid = isUuid(text) ? text : parseId('sub', text);
  if (uuid === null)
    throw invalidField(
      '/subscription',
      'invalid_id',
      `A subscription is named like ${formatId('sub', '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f')}.`,
    );
  return uuid;
}
