import { DomainError, invalidField } from '#domain/errors.js';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal.js';
import { DeliveriesService } from '../../deliveries/deliveries.service.js';
import { type DeliveryReport, DeliveryReportsService } from '../../deliveries/delivery-reports.service.js';
import { Hydration } from '../../publish/hydration.js';
import { Republish } from '../../publish/republish.js';
import { scopeOf } from './access.js';
import type { HookEventFilter } from './hook-event-filter.js';
import { type HookEventDto, toHookEvent } from './hook-event.dto.js';
import { eventTypeOf, type HookRow, isActive } from './hook.dto.js';
import { HooksService } from './hooks.service.js';
import type { PublishRequest } from './read-publish.js';
import { refuse } from './refusals.js';

/** Hook events are deliveries to a user's hooks. */
@Injectable()
export class HookEventsService {
  constructor(
    private readonly reports: DeliveryReportsService,
    private readonly deliveries: DeliveriesService,
    private readonly republish: Republish,
    private readonly hydration: Hydration,
    private readonly hooks: HooksService,
  ) {}

  count(caller: Principal, tenantId: string, filter: HookEventFilter): Promise<number> {
    return this.reports.count(tenantId, { ...filter, ...scopeOf(caller) });
  }

  async list(caller: Principal, tenantId: string, filter: HookEventFilter, limit: number, offset: number): Promise<HookEventDto[]> {
    return this.show(caller, await this.reports.list(tenantId, { ...filter, ...scopeOf(caller) }, limit, offset));
  }

  /** Throws `not_found`. */
  async get(caller: Principal, tenantId: string, number: string): Promise<HookEventDto> {
    if (!/^[1-9]\d{0,17}$/.test(number)) throw new DomainError('not_found', 'Not found.');
    const report = await this.reports.find(tenantId, { number, ...scopeOf(caller) });
    const [event] = await this.show(caller, [report]);
    return event!;
  }

  /** Errors: `webhook_100_1`, `invalid` for a model that nobody knows, `not_found` without an event or a way to its instance, `subscription_inactive`. */
  async publish(caller: Principal, tenantId: string, { hook, pk, model }: PublishRequest): Promise<void> {
    const row = await this.hookOf(caller, tenantId, hook);
    const about = { type: eventTypeOf(row.spec), resourceType: model, resourceId: pk };
    if (await this.republish.toOne(tenantId, row.id, about)) return;
    if (await this.hydration.request(tenantId, row.id, about)) return;
    if (await this.republish.knowsResourceType(tenantId, model)) throw new DomainError('not_found', 'Not found.');
    throw invalidField('/instance/model', 'unknown_model', 'Unknown model.');
  }

  /** The stored bytes once more, in the same record. Errors: `event_100_1`, `event_100_6` while it is being sent, `subscription_inactive`. */
  async resend(caller: Principal, tenantId: string, uuid: string): Promise<void> {
    const [report] = await this.reports.list(tenantId, { uuid, ...scopeOf(caller) }, 1, 0);
    if (!report) throw refuse('event_100_1');
    if (!isActive(report.subscription)) throw new DomainError('subscription_inactive', 'The webhook is not active, so nothing was sent.');
    try {
      await this.deliveries.resend(tenantId, uuid);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'delivery_in_flight') throw refuse('event_100_6');
      throw error;
    }
  }

  private async hookOf(caller: Principal, tenantId: string, number: string): Promise<HookRow> {
    try {
      return await this.hooks.find(caller, tenantId, number);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not_found') throw refuse('webhook_100_1');
      throw error;
    }
  }

  private async show(caller: Principal, reports: DeliveryReport[]): Promise<HookEventDto[]> {
    const rows = new Map(reports.map(({ subscription }) => [subscription.id, subscription]));
    const hooks = await this.hooks.show(caller, [...rows.values()]);
    const hookOf = new Map([...rows.keys()].map((id, i) => [id, hooks[i]!]));
    return reports.map((report) => toHookEvent(report, hookOf.get(report.subscription.id)!));
  }
}
