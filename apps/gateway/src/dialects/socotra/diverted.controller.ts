import { deliveryUuid } from '#domain/ids.js';
import { Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { Requires } from '../../access/requires.decorator.js';
import { DeliveriesService } from '../../deliveries/deliveries.service.js';
import { EventsService } from '../../deliveries/events.service.js';
import { notFound } from '../../http/path-ids.js';
import { SubscriptionsService, type Written } from '../../subscriptions/subscriptions.service.js';
import { type Delivery, DivertedEventResponse, showDiverted } from './diverted.js';
import { OffsetQuery } from './list-query.dto.js';
import { readLocator } from './locator.js';
import { EVENT_PARAM, SocotraController, WEBHOOK_PARAM } from './socotra-controller.decorator.js';
import { type SocotraCaller, Tenant } from './tenant.js';

/** Events that a webhook could not be given and that it diverts. Source: Socotra, "Diverted Events API". */
@ApiParam(WEBHOOK_PARAM)
@SocotraController('webhooks/:webhookLocator/diverted')
export class SocotraDivertedController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly deliveries: DeliveriesService,
    private readonly events: EventsService,
  ) {}

  @Get()
  @Requires('diverted:read', 'diverted:list')
  @ApiOperation({ summary: 'Fetch diverted events', description: 'Newest first.' })
  @ApiOkResponse({ type: [DivertedEventResponse] })
  async list(
    @Tenant() caller: SocotraCaller,
    @Param('webhookLocator') webhookLocator: string,
    @Query() { offset, count }: OffsetQuery,
  ): Promise<DivertedEventResponse[]> {
    const webhook = await this.webhook(caller, webhookLocator);
    const rows = await this.deliveries.listRows(caller.tenantId, { subscriptionUuid: webhook.id, state: ['diverted'] }, count, offset);
    return this.show(webhook, rows);
  }

  @Get(':eventLocator')
  @Requires('diverted:read')
  @ApiParam(EVENT_PARAM)
  @ApiOperation({ summary: 'Fetch a diverted event' })
  @ApiOkResponse({ type: DivertedEventResponse })
  async fetch(
    @Tenant() caller: SocotraCaller,
    @Param('webhookLocator') webhookLocator: string,
    @Param('eventLocator') eventLocator: string,
  ): Promise<DivertedEventResponse> {
    return (await this.find(caller, webhookLocator, eventLocator)).shown;
  }

  @Post(':eventLocator/resend')
  @HttpCode(200)
  @Requires('diverted:resend')
  @ApiParam(EVENT_PARAM)
  @ApiOperation({ summary: 'Send a diverted event again', description: 'It is diverted no longer; the answer tells how it was.' })
  @ApiOkResponse({ type: DivertedEventResponse })
  async resend(
    @Tenant() caller: SocotraCaller,
    @Param('webhookLocator') webhookLocator: string,
    @Param('eventLocator') eventLocator: string,
  ): Promise<DivertedEventResponse> {
    const { row, shown } = await this.find(caller, webhookLocator, eventLocator);
    await this.deliveries.resend(caller.tenantId, row.id);
    return shown;
  }

  @Delete(':eventLocator')
  @Requires('diverted:delete')
  @ApiParam(EVENT_PARAM)
  @ApiOperation({ summary: 'Discard a diverted event', description: 'Its delivery stays on record as cancelled.' })
  @ApiOkResponse({ type: DivertedEventResponse })
  async discard(
    @Tenant() caller: SocotraCaller,
    @Param('webhookLocator') webhookLocator: string,
    @Param('eventLocator') eventLocator: string,
  ): Promise<DivertedEventResponse> {
    const { row, shown } = await this.find(caller, webhookLocator, eventLocator);
    await this.deliveries.cancel(caller.tenantId, row.id, 'discarded_by_operator');
    return shown;
  }

  private webhook({ tenantId, profile }: SocotraCaller, locator: string): Promise<Written['row']> {
    return this.subscriptions.find(tenantId, readLocator(profile, locator, '/webhookLocator'));
  }

  private async find(
    caller: SocotraCaller,
    webhookLocator: string,
    eventLocator: string,
  ): Promise<{ row: Delivery; shown: DivertedEventResponse }> {
    const eventId = readLocator(caller.profile, eventLocator, '/eventLocator');
    const webhook = await this.webhook(caller, webhookLocator);
    const row = await this.deliveries.find(caller.tenantId, deliveryUuid(eventId, webhook.id));
    if (row.state !== 'diverted') throw notFound();
    const [shown] = await this.show(webhook, [row]);
    return { row, shown: shown! };
  }

  private async show({ tenantId, spec }: Written['row'], rows: readonly Delivery[]): Promise<DivertedEventResponse[]> {
    const events = await this.events.findMany(
      tenantId,
      rows.map(({ eventUuid }) => eventUuid),
    );
    return rows.map((row) => showDiverted(row, events.get(row.eventUuid), spec.failureHandling.triggers));
  }
}
