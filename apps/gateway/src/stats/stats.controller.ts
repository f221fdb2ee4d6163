import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Requires } from '../access/requires.decorator.js';
import { tenantOf } from '../access/tenant-id.js';
import { OverviewDto, OverviewQuery } from './stats.dto.js';
import { StatsService } from './stats.service.js';

@ApiTags('stats')
@Controller('v1')
export class StatsController {
  constructor(private readonly stats: StatsService) {}

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
}
