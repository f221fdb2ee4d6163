import { invalidField } from '#domain/errors.js';
import { readUuid } from '#domain/ids.js';
import { Body, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Caller, TenantId } from '../../access/caller.decorator.js';
import type { Principal } from '../../access/principal.js';
import { Requires } from '../../access/requires.decorator.js';
import { FormBody } from '../../http/form-body.decorator.js';
import { PublicUrl } from '../../http/public-url.js';
import { ApiNumberedPage } from './api-numbered-page.decorator.js';
import { bodyOf, Faults } from './fields.js';
import { HOOK_EVENT_FILTERS, readHookEventFilter } from './hook-event-filter.js';
import { HookEventDto } from './hook-event.dto.js';
import { HookEventsService } from './hook-events.service.js';
import { OmnitronController } from './omnitron-controller.decorator.js';
import { type NumberedPage, numberedPage, requireKnown } from './page-number.js';
import { readPublish } from './read-publish.js';

const PUBLISH_EXAMPLE = { hook: 1, instance: { pk: 1, model: 'package' } };
const RESEND_EXAMPLE = { event: 'd2a839f0-09cc-4755-a731-081d4cc1330a' };

/** Source: Akinon OMS, "Webhook Event Services". */
@OmnitronController('oms_hook_events')
export class HookEventsController {
  constructor(
    private readonly events: HookEventsService,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get()
  @Requires('deliveries:list')
  @ApiOperation({ summary: 'List hook events', description: 'Newest first. `Authorization: Token <key>`.' })
  @ApiNumberedPage(HookEventDto, HOOK_EVENT_FILTERS)
  list(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Query() given: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<NumberedPage<HookEventDto>> {
    const query = requireKnown(given, HOOK_EVENT_FILTERS);
    const filter = readHookEventFilter(query);
    return numberedPage(this.publicUrl.of(request), query, {
      count: () => this.events.count(caller, tenantId, filter),
      list: (limit, offset) => this.events.list(caller, tenantId, filter, limit, offset),
    });
  }

  @Get(':pk')
  @Requires('deliveries:read')
  @ApiOperation({ summary: 'Get a hook event', description: 'By its integer.' })
  @ApiOkResponse({ type: HookEventDto })
  get(@Caller() caller: Principal, @TenantId() tenantId: string, @Param('pk') pk: string): Promise<HookEventDto> {
    return this.events.get(caller, tenantId, pk);
  }

  @Post('publish-event')
  @FormBody()
  @HttpCode(202)
  @Requires('events:publish')
  @ApiOperation({
    summary: 'Publish an event to one hook',
    description:
      'The newest stored event of the hook’s type about the instance, as a new hook event. Without one the instance is fetched from the app ' +
      'that registered where it serves it, and published then; 404 when none did.',
  })
  @ApiBody({ schema: { type: 'object', example: PUBLISH_EXAMPLE } })
  @ApiResponse({ status: 202, description: 'Accepted; no body.' })
  publish(@Caller() caller: Principal, @TenantId() tenantId: string, @Body() body: unknown): Promise<void> {
    return this.events.publish(caller, tenantId, readPublish(bodyOf(body)));
  }

  @Post('resend-event')
  @FormBody()
  @HttpCode(200)
  @Requires('deliveries:resend')
  @ApiOperation({ summary: 'Send a hook event again', description: 'The same record and the same bytes. The uuid may be without dashes.' })
  @ApiBody({ schema: { type: 'object', example: RESEND_EXAMPLE } })
  @ApiResponse({ status: 200, description: 'Under way; no body.' })
  resend(@Caller() caller: Principal, @TenantId() tenantId: string, @Body() body: unknown): Promise<void> {
    const faults = new Faults();
    const text = faults.text(bodyOf(body)['event'], '/event', 64, true);
    faults.done();
    const uuid = readUuid(text ?? '');
    if (uuid === null) throw invalidField('/event', 'invalid_value', `"${text}" is not a valid UUID.`);
    return this.events.resend(caller, tenantId, uuid);
  }
}
