import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiSearchPage } from '../http/api-page.decorator.js';
import type { SearchPage } from '../http/page.js';
import { notFound, pathIdOrUuid } from '../http/path-ids.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryDto, toDeliveryDto } from './delivery.dto.js';
import { DivertedQuery } from './list-queries.js';

/** Deliveries that were given up and kept: a view on those in state `diverted`. */
@ApiTags('diverted')
@Controller('v1/diverted')
export class DivertedController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get()
  @Requires('diverted:list')
  @ApiOperation({ summary: 'List diverted deliveries', description: 'Newest first.' })
  @ApiSearchPage(DeliveryDto)
  list(@TenantId() tenantId: string, @Query() query: DivertedQuery): Promise<SearchPage<DeliveryDto>> {
    return this.deliveries.list(tenantId, '/v1/diverted', query, { state: ['diverted'] });
  }

  @Get(':id')
  @Requires('diverted:read')
  @ApiOperation({ summary: 'Get a diverted delivery' })
  @ApiOkResponse({ type: DeliveryDto })
  async get(@TenantId() tenantId: string, @Param('id') id: string): Promise<DeliveryDto> {
    return toDeliveryDto(await this.find(tenantId, id));
  }

  @Post(':id/resend')
  @HttpCode(202)
  @Requires('diverted:resend')
  @ApiOperation({ summary: 'Send a diverted delivery again' })
  @ApiAcceptedResponse({ type: DeliveryDto })
  async resend(@TenantId() tenantId: string, @Param('id') id: string): Promise<DeliveryDto> {
    return this.deliveries.resend(tenantId, (await this.find(tenantId, id)).id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('diverted:delete')
  @ApiOperation({ summary: 'Discard a diverted delivery', description: 'It stays on record as cancelled.' })
  @ApiNoContentResponse()
  async discard(@TenantId() tenantId: string, @Param('id') id: string): Promise<void> {
    await this.deliveries.cancel(tenantId, (await this.find(tenantId, id)).id, 'discarded_by_operator');
  }

  private async find(tenantId: string, id: string) {
    const row = await this.deliveries.find(tenantId, pathIdOrUuid('dlv', id));
    if (row.state !== 'diverted') throw notFound();
    return row;
  }
}
