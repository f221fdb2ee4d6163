import { Body, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Caller, TenantId } from '../../access/caller.decorator.js';
import type { Principal } from '../../access/principal.js';
import { Requires } from '../../access/requires.decorator.js';
import { CatalogService } from '../../catalog/catalog.service.js';
import { FormBody } from '../../http/form-body.decorator.js';
import { PublicUrl } from '../../http/public-url.js';
import { ApiNumberedPage } from './api-numbered-page.decorator.js';
import { bodyOf } from './fields.js';
import { flagOf } from './hook-event-filter.js';
import { HookDto, HookInputDto } from './hook.dto.js';
import { readOrdering } from './hook-ordering.js';
import { type HookFilter, HooksService } from './hooks.service.js';
import { OmnitronController } from './omnitron-controller.decorator.js';
import { type NumberedPage, numberedPage, type QueryText, requireKnown } from './page-number.js';

const FILTERS = ['target_url', 'event_type', 'is_active'];
const QUERY = [...FILTERS, 'ordering'];

/** The OMS's hooks. Source: Akinon, "Technical Guides, OMS, Webhooks". */
@OmnitronController('hooks')
export class HooksController {
  constructor(
    private readonly hooks: HooksService,
    private readonly catalog: CatalogService,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Post()
  @FormBody()
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Register a hook', description: '406 `webhook_100_2` when its owner has one for this url and type.' })
  @ApiBody({ type: HookInputDto })
  @ApiCreatedResponse({ type: HookDto })
  create(@Caller() caller: Principal, @TenantId() tenantId: string, @Body() body: unknown): Promise<HookDto> {
    return this.hooks.create(caller, tenantId, bodyOf(body));
  }

  @Get()
  @Requires('subscriptions:list')
  @ApiOperation({ summary: 'List hooks', description: 'One’s own; those of all for a superuser, whose key may do `subscriptions:*`.' })
  @ApiNumberedPage(HookDto, QUERY)
  list(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Query() given: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<NumberedPage<HookDto>> {
    const query = requireKnown(given, QUERY);
    const filter = readFilter(query);
    const order = readOrdering(query['ordering']);
    return numberedPage(this.publicUrl.of(request), query, {
      count: () => this.hooks.count(caller, tenantId, filter),
      list: (limit, offset) => this.hooks.list(caller, tenantId, filter, order, limit, offset),
    });
  }

  @Get('registry')
  @Requires('subscriptions:list')
  @ApiOperation({ summary: 'List event types', description: 'Those that apps have registered.' })
  @ApiOkResponse({ type: [String], example: ['package.created'] })
  registry(@TenantId() tenantId: string): Promise<string[]> {
    return this.catalog.listTypes(tenantId);
  }

  @Get(':pk')
  @Requires('subscriptions:read')
  @ApiOperation({ summary: 'Get a hook', description: 'By its integer.' })
  @ApiOkResponse({ type: HookDto })
  get(@Caller() caller: Principal, @TenantId() tenantId: string, @Param('pk') pk: string): Promise<HookDto> {
    return this.hooks.get(caller, tenantId, pk);
  }

  @Put(':pk')
  @FormBody()
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Replace a hook', description: 'What may be left out and is, stays.' })
  @ApiBody({ type: HookInputDto })
  @ApiOkResponse({ type: HookDto })
  replace(@Caller() caller: Principal, @TenantId() tenantId: string, @Param('pk') pk: string, @Body() body: unknown): Promise<HookDto> {
    return this.hooks.change(caller, tenantId, pk, bodyOf(body), true);
  }

  @Patch(':pk')
  @FormBody()
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Change a hook' })
  @ApiBody({ type: HookInputDto })
  @ApiOkResponse({ type: HookDto })
  change(@Caller() caller: Principal, @TenantId() tenantId: string, @Param('pk') pk: string, @Body() body: unknown): Promise<HookDto> {
    return this.hooks.change(caller, tenantId, pk, bodyOf(body), false);
  }

  @Delete(':pk')
  @HttpCode(204)
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Switch a hook off', description: 'It stays, inactive, with its history.' })
  @ApiNoContentResponse()
  remove(@Caller() caller: Principal, @TenantId() tenantId: string, @Param('pk') pk: string): Promise<void> {
    return this.hooks.remove(caller, tenantId, pk);
  }
}

function readFilter({ target_url: url, event_type: type, is_active: active }: QueryText): HookFilter {
  return {
    urlIgnoringCase: url,
    ...(type === undefined ? {} : { eventTypes: [type] }),
    ...(active === undefined ? {} : { active: flagOf('is_active', active) }),
  };
}
