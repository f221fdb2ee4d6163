import { EndpointCheckStore } from '#store/endpoint-check.store.js';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { EndpointCheckDto, toCheckDto } from './dto/endpoint-check.dto.js';
import { PathSubscription } from './path-subscription.js';
import { SubscriptionsService } from './subscriptions.service.js';

const OFF = { state: 'off', tries: 0, lastError: null, checkedAt: null } as const;

@ApiTags('subscriptions')
@ApiParam({ name: 'id', description: '`sub_…`, the uuid, or the bare ULID.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
@Controller('v1/subscriptions/:id/endpoint-check')
export class EndpointCheckController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly checks: EndpointCheckStore,
  ) {}

  @Get()
  @Requires('subscriptions:read')
  @ApiOperation({ summary: 'See the endpoint’s check', description: '`off` where the subscription asks for none.' })
  @ApiResponse({ status: 200, type: EndpointCheckDto })
  async find(@TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<EndpointCheckDto> {
    const { spec } = await this.subscriptions.find(tenantId, id);
    return toCheckDto((await this.checks.find(id)) ?? { ...OFF, url: spec.url });
  }

  @Post()
  @HttpCode(202)
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Ask the endpoint again', description: 'One that is verified, or has nothing to show, stays so.' })
  @ApiResponse({ status: 202, type: EndpointCheckDto })
  async again(@TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<EndpointCheckDto> {
    await this.subscriptions.find(tenantId, id);
    await this.checks.again(id);
    return this.find(tenantId, id);
  }
}
