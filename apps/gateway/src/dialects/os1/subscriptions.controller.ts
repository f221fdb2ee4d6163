import { Body, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { Caller, TenantId } from '../../access/caller.decorator.js';
import type { Principal } from '../../access/principal.js';
import { Requires } from '../../access/requires.decorator.js';
import { CursorKey } from '../../http/cursor-key.js';
import { PathSubscription } from '../../subscriptions/path-subscription.js';
import { Os1Controller } from './os1-controller.decorator.js';
import { Os1Subscriptions } from './os1-subscriptions.js';
import { os1Page, Os1PageQuery } from './page.js';
import { CreateOs1SubscriptionDto, Os1SubscriptionAnswer, Os1SubscriptionsAnswer, UpdateOs1SubscriptionDto } from './subscription.dto.js';
import { toDetail, toItem } from './to-os1.js';

const ID = { name: 'id', description: 'Its id.', example: '019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f' };
const CHANGE = {
  summary: 'updateSubscription',
  description: 'What is left out stays as it is. With `action`, the events are added to those there are, or removed from them.',
};

/** Source: OS1, "Subscribing to Webhook Events". */
@Os1Controller('subscriptions')
export class Os1SubscriptionsController {
  constructor(
    private readonly subscriptions: Os1Subscriptions,
    private readonly cursors: CursorKey,
  ) {}

  @Post()
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'createSubscription', description: 'The key has to hold one of the permissions that the app asks for.' })
  @ApiCreatedResponse({ type: Os1SubscriptionAnswer })
  async create(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Body() dto: CreateOs1SubscriptionDto,
  ): Promise<Os1SubscriptionAnswer> {
    return { data: toDetail(await this.subscriptions.create({ ...caller, tenantId }, dto)) };
  }

  @Get()
  @Requires('subscriptions:list')
  @ApiOperation({ summary: 'getSubscriptions', description: 'Newest first.' })
  @ApiOkResponse({ type: Os1SubscriptionsAnswer })
  async list(@TenantId() tenantId: string, @Query() query: Os1PageQuery): Promise<Os1SubscriptionsAnswer> {
    const binding = this.cursors.bind(tenantId, 'OS1 subscriptions');
    const { rows, meta } = await os1Page(query, binding, (position, count) => this.subscriptions.list(tenantId, position, count));
    return { data: { subscriptions: rows.map(toItem), meta } };
  }

  @Get(':id')
  @Requires('subscriptions:read')
  @ApiParam(ID)
  @ApiOperation({ summary: 'getSubscriptionById' })
  @ApiOkResponse({ type: Os1SubscriptionAnswer })
  async read(@TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<Os1SubscriptionAnswer> {
    return { data: toDetail(await this.subscriptions.find(tenantId, id)) };
  }

  @Put(':id')
  @Requires('subscriptions:write')
  @ApiParam(ID)
  @ApiOperation(CHANGE)
  @ApiOkResponse({ type: Os1SubscriptionAnswer })
  replace(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Body() dto: UpdateOs1SubscriptionDto,
  ): Promise<Os1SubscriptionAnswer> {
    return this.update(caller, tenantId, id, dto);
  }

  @Patch(':id')
  @Requires('subscriptions:write')
  @ApiParam(ID)
  @ApiOperation(CHANGE)
  @ApiOkResponse({ type: Os1SubscriptionAnswer })
  async update(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Body() dto: UpdateOs1SubscriptionDto,
  ): Promise<Os1SubscriptionAnswer> {
    return { data: toDetail(await this.subscriptions.change({ ...caller, tenantId }, id, dto)) };
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('subscriptions:write')
  @ApiParam(ID)
  @ApiOperation({ summary: 'deleteSubscription', description: 'What waits to be delivered is cancelled.' })
  @ApiNoContentResponse()
  remove(@Caller() caller: Principal, @TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<void> {
    return this.subscriptions.remove({ ...caller, tenantId }, id);
  }
}
