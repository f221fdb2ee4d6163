import { EndpointCheckStore } from '#store/endpoint-check.store.js';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { notFound } from '../http/path-ids.js';
import { EndpointCheckDto, toCheckDto } from './dto/endpoint-check.dto.js';
import { PathSubscription } from './path-subscription.js';
import { SubscriptionsService } from './subscriptions.service.js';

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
  @ApiOperation({ summary: 'See the endpoint’s check', description: '404 where the subscription asks for none.' })
  @ApiResponse({ status: 200, type: EndpointCheckDto })
  async find(@TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<EndpointCheckDto> {
    await this.subscriptions.find(tenantId, id);
    const check = await this.checks.find(id);
    if (!check) throw notFound();
    return toCheckDto(check);
  }

  @Post()
  @HttpCode(202)
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Ask the endpoint again', description: 'One that is verified stays so.' })
  @ApiResponse({ status: 202, type: EndpointCheckDto })
  async again(@TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<EndpointCheckDto> {
    await this.subscriptions.find(tenantId, id);
    await this.checks.again(id);
    return this.find(tenantId, id);
  }
}
