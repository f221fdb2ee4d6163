import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiPage } from '../http/api-page.decorator.js';
import { ApiPathParam } from '../http/api-path-param.decorator.js';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, PageQuery, readCursor } from '../http/page.js';
import { AppIdPipe } from './app-id.js';
import { CatalogService } from './catalog.service.js';
import {
  BulkDeleteEventTypesDto,
  ChangeEventTypeDto,
  EventTypeBodyDto,
  EventTypeDto,
  EventTypesDto,
  RegisterEventTypesDto,
} from './event-type.dto.js';
import { NamePipe } from './name.pipe.js';
import { toEventTypeDto } from './to-dto.js';

@ApiTags('event types')
@ApiPathParam('app', 'The app’s id.', 'app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f')
@ApiPathParam('topic', 'The topic.', 'participant')
@Controller('v1/apps/:app/topics/:topic/event-types')
export class EventTypesController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly cursors: CursorKey,
  ) {}

  @Post()
  @Requires('apps:write')
  @ApiOperation({ summary: 'Register event types', description: 'Up to 100, all or none; a name that is taken is 409.' })
  @ApiCreatedResponse({ type: EventTypesDto })
  async register(
    @TenantId() tenantId: string,
    @Param('app', AppIdPipe) appId: string,
    @Param('topic', NamePipe) topic: string,
    @Body() { eventTypes }: RegisterEventTypesDto,
  ): Promise<EventTypesDto> {
    const rows = await this.catalog.register({ tenantId, appId, topic }, eventTypes);
    return { eventTypes: rows.map(toEventTypeDto) };
  }

  @Get()
  @Requires('apps:list')
  @ApiOperation({ summary: 'List event types', description: 'Oldest first.' })
  @ApiPage(EventTypeDto)
  async list(
    @TenantId() tenantId: string,
    @Param('app', AppIdPipe) appId: string,
    @Param('topic', NamePipe) topic: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<EventTypeDto>> {
    const binding = this.cursors.bind(tenantId, '/v1/apps/:app/topics/:topic/event-types', { appId, topic });
    const rows = await this.catalog.list({ tenantId, appId, topic }, readCursor(cursor, binding), limit + 1);
    const page = makePage(rows, limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toEventTypeDto) };
  }

  @Post('bulk-delete')
  @HttpCode(204)
  @Requires('apps:write')
  @ApiOperation({ summary: 'Delete event types', description: 'Up to 25, all or none.' })
  @ApiNoContentResponse()
  bulkDelete(
    @TenantId() tenantId: string,
    @Param('app', AppIdPipe) appId: string,
    @Param('topic', NamePipe) topic: string,
    @Body() { names }: BulkDeleteEventTypesDto,
  ): Promise<void> {
    return this.catalog.deleteAll({ tenantId, appId, topic }, names);
  }

  @Get(':name')
  @ApiPathParam('name', 'The event type’s name.', 'UserCreated')
  @Requires('apps:read')
  @ApiOperation({ summary: 'Get an event type' })
  @ApiOkResponse({ type: EventTypeDto })
  async get(
    @TenantId() tenantId: string,
    @Param('app', AppIdPipe) appId: string,
    @Param('topic', NamePipe) topic: string,
    @Param('name', NamePipe) name: string,
  ): Promise<EventTypeDto> {
    return toEventTypeDto(await this.catalog.get({ tenantId, appId, topic }, name));
  }

  @Put(':name')
  @ApiPathParam('name', 'The event type’s name.', 'UserCreated')
  @Requires('apps:write')
  @ApiOperation({ summary: 'Register or replace an event type', description: 'What is left out is taken away.' })
  @ApiOkResponse({ type: EventTypeDto })
  async put(
    @TenantId() tenantId: string,
    @Param('app', AppIdPipe) appId: string,
    @Param('topic', NamePipe) topic: string,
    @Param('name', NamePipe) name: string,
    @Body() dto: EventTypeBodyDto,
  ): Promise<EventTypeDto> {
    return toEventTypeDto(await this.catalog.put({ tenantId, appId, topic }, { ...dto, name }));
  }

  @Patch(':name')
  @ApiPathParam('name', 'The event type’s name.', 'UserCreated')
  @Requires('apps:write')
  @ApiOperation({ summary: 'Change an event type', description: 'What is left out stays as it is.' })
  @ApiOkResponse({ type: EventTypeDto })
  async change(
    @TenantId() tenantId: string,
    @Param('app', AppIdPipe) appId: string,
    @Param('topic', NamePipe) topic: string,
    @Param('name', NamePipe) name: string,
    @Body() dto: ChangeEventTypeDto,
  ): Promise<EventTypeDto> {
    return toEventTypeDto(await this.catalog.change({ tenantId, appId, topic }, name, dto));
  }

  @Delete(':name')
  @ApiPathParam('name', 'The event type’s name.', 'UserCreated')
  @HttpCode(204)
  @Requires('apps:write')
  @ApiOperation({ summary: 'Delete an event type' })
  @ApiNoContentResponse()
  delete(
    @TenantId() tenantId: string,
    @Param('app', AppIdPipe) appId: string,
    @Param('topic', NamePipe) topic: string,
    @Param('name', NamePipe) name: string,
  ): Promise<void> {
    return this.catalog.delete({ tenantId, appId, topic }, name);
  }
}
