import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Caller, TenantId } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Requires } from '../access/requires.decorator.js';
import { tenantOf } from '../access/tenant-id.js';
import { PathSubscription } from '../subscriptions/path-subscription.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { OverviewDto, OverviewQuery, SeriesQuery, SubscriptionSeriesDto } from './stats.dto.js';
import { StatsService } from './stats.service.js';

@ApiTags('stats')
@Controller('v1')
export class StatsController {
  constructor(
    private readonly stats: StatsService,
    private readonly subscriptions: SubscriptionsService,
  ) {}

  @Get('stats/overview')
  @Requires('deliveries:list')
  @ApiOperation({
    summary: 'Read how deliveries fare',
    description:
      'Figures of the tenant, or for an operator of all or the one that is named, some seconds behind. A process that is killed takes the figures of its last seconds with it: the lists of ' +
      'events and deliveries are the truth.',
  })
  @ApiOkResponse({ type: OverviewDto })
  overview(@Caller() caller: Principal, @Query() query: OverviewQuery): Promise<OverviewDto> {
    return this.stats.overview(tenantOf(caller, query.tenantId), query);
  }

  @Get('subscriptions/:id/stats/series')
  @Requires('subscriptions:read')
  @ApiParam({ name: 'id', description: '`sub_…`, the uuid, or the bare ULID.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  @ApiOperation({
    summary: 'Read how a subscription’s deliveries fare over time',
    description: 'Figures by ten minutes, some seconds behind.',
  })
  @ApiOkResponse({ type: SubscriptionSeriesDto })
  async series(
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Query() { hours }: SeriesQuery,
  ): Promise<SubscriptionSeriesDto> {
    const subscription = await this.subscriptions.find(tenantId, id);
    return this.stats.series(tenantId, subscription.id, hours);
  }
}
