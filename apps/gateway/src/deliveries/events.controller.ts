import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiSearchPage } from '../http/api-page.decorator.js';
import { CursorKey } from '../http/cursor-key.js';
import { makeSearchPage, readCursor, type SearchPage } from '../http/page.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryDto } from './delivery.dto.js';
import { EventDetailDto, StoredEventDto, toEventDetailDto, toEventDto } from './event.dto.js';
import { EventsService } from './events.service.js';
import { checkWindow, DeliveriesQuery, EventsQuery } from './list-queries.js';

@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly events: EventsService,
    private readonly deliveries: DeliveriesService,
    private readonly cursors: CursorKey,
  ) {}

  @Get()
  @Requires('events:list')
  @ApiOperation({ summary: 'List events', description: 'Newest first.' })
  @ApiSearchPage(StoredEventDto)
  async list(@TenantId() tenantId: string, @Query() query: EventsQuery): Promise<SearchPage<StoredEventDto>> {
    checkWindow(query);
    const { limit, cursor, ...filter } = query;
    const binding = this.cursors.bind(tenantId, '/v1/events', query);
    const found = await this.events.search(tenantId, filter, limit + 1, readCursor(cursor, binding));
    const page = makeSearchPage(found, limit, ({ uuid }) => uuid, binding);
    return { ...page, items: page.items.map(toEventDto) };
  }

  @Get(':id')
  @Requires('events:read')
  @ApiOperation({ summary: 'Get an event', description: 'By the id it was published under.' })
  @ApiOkResponse({ type: EventDetailDto })
  async get(@TenantId() tenantId: string, @Param('id') id: string): Promise<EventDetailDto> {
    return toEventDetailDto(await this.events.find(tenantId, id));
  }

  @Get(':id/deliveries')
  @Requires('events:read', 'deliveries:list')
  @ApiOperation({ summary: 'List the deliveries of an event' })
  @ApiSearchPage(DeliveryDto)
  async listDeliveries(
    @TenantId() tenantId: string,
    @Param('id') id: string,
    @Query() query: DeliveriesQuery,
  ): Promise<SearchPage<DeliveryDto>> {
    const { uuid } = await this.events.find(tenantId, id);
    return this.deliveries.list(tenantId, `/v1/events/${uuid}/deliveries`, query, { eventUuid: uuid });
  }
}
