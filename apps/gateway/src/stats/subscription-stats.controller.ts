import { invalidField } from '#domain/errors.js';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { PathSubscription, subscriptionUuid } from '../subscriptions/path-subscription.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { SubscriptionFiguresService } from './subscription-figures.service.js';
import {
  SeriesQuery,
  StatsDto,
  StatsQuery,
  SubscriptionsFiguresDto,
  SubscriptionSeriesDto,
  SubscriptionsQuery,
} from './subscription-stats.dto.js';

const ID_PARAM = { name: 'id', description: '`sub_…`, the uuid, or the bare ULID.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB' };

@ApiTags('stats')
@Controller('v1/subscriptions')
export class SubscriptionStatsController {
  constructor(
    private readonly figures: SubscriptionFiguresService,
    private readonly subscriptions: SubscriptionsService,
  ) {}

  @Get('stats')
  @Requires('subscriptions:read')
  @ApiOperation({
    summary: 'Read how many subscriptions fare',
    description: 'Figures of the last 24 hours by half hours, some seconds behind. What is not there, or another tenant’s, is left out.',
  })
  @ApiOkResponse({ type: SubscriptionsFiguresDto })
  readMany(@TenantId() tenantId: string, @Query() { ids }: SubscriptionsQuery): Promise<SubscriptionsFiguresDto> {
    return this.figures.readMany(tenantId, ids.map(readId));
  }

  @Get(':id/stats')
  @Requires('subscriptions:read')
  @ApiParam(ID_PARAM)
  @ApiOperation({ summary: 'Read how its deliveries fare' })
  @ApiOkResponse({ type: StatsDto })
  async read(@TenantId() tenantId: string, @Param('id', PathSubscription) id: string, @Query() { hours }: StatsQuery): Promise<StatsDto> {
    const subscription = await this.subscriptions.find(tenantId, id);
    return this.figures.read(tenantId, subscription.id, hours);
  }

  @Get(':id/stats/series')
  @Requires('subscriptions:read')
  @ApiParam(ID_PARAM)
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
    return this.figures.series(tenantId, subscription.id, hours);
  }
}

function readId(id: string, place: number): string {
  const uuid = subscriptionUuid(id);
  if (uuid === null) throw invalidField(`/ids/${place}`, 'invalid_id', 'A subscription is named like `sub_…`, or by its uuid.');
  return uuid;
}
