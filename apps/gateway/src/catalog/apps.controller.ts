import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiPage } from '../http/api-page.decorator.js';
import { ApiPathParam } from '../http/api-path-param.decorator.js';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, PageQuery, readCursor } from '../http/page.js';
import { AppDto, ChangeAppDto, CreateAppDto, TopicDto } from './app.dto.js';
import { AppIdPipe } from './app-id.js';
import { CatalogService } from './catalog.service.js';
import { toAppDto } from './to-dto.js';

const APP_ID = 'app:019aa639-0361-7c8d-9e0f-1a2b3c4d5e6f';

@ApiTags('apps')
@Controller('v1/apps')
export class AppsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly cursors: CursorKey,
  ) {}

  @Post()
  @Requires('apps:write')
  @ApiOperation({ summary: 'Register a publisher app' })
  @ApiCreatedResponse({ type: AppDto })
  async create(@TenantId() tenantId: string, @Body() dto: CreateAppDto): Promise<AppDto> {
    return toAppDto(await this.catalog.createApp(tenantId, dto));
  }

  @Get()
  @Requires('apps:list')
  @ApiOperation({ summary: 'List publisher apps', description: 'Oldest first.' })
  @ApiPage(AppDto)
  async list(@TenantId() tenantId: string, @Query() { limit, cursor }: PageQuery): Promise<Page<AppDto>> {
    const binding = this.cursors.bind(tenantId, '/v1/apps');
    const page = makePage(await this.catalog.listApps(tenantId, readCursor(cursor, binding), limit + 1), limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toAppDto) };
  }

  @Get(':id')
  @ApiPathParam('id', 'The app’s id.', APP_ID)
  @Requires('apps:read')
  @ApiOperation({ summary: 'Get a publisher app' })
  @ApiOkResponse({ type: AppDto })
  async get(@TenantId() tenantId: string, @Param('id', AppIdPipe) id: string): Promise<AppDto> {
    return toAppDto(await this.catalog.getApp(tenantId, id));
  }

  @Get(':id/topics')
  @ApiPathParam('id', 'The app’s id.', APP_ID)
  @Requires('apps:list')
  @ApiOperation({
    summary: 'List the topics of a publisher app',
    description: 'Those it has event types under, in the order of their names.',
  })
  @ApiPage(TopicDto)
  async listTopics(
    @TenantId() tenantId: string,
    @Param('id', AppIdPipe) id: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<TopicDto>> {
    const binding = this.cursors.bind(tenantId, '/v1/apps/:id/topics', { id });
    const rows = await this.catalog.listTopics(tenantId, id, readCursor(cursor, binding), limit + 1);
    return makePage(rows, limit, ({ topic }) => topic, binding);
  }

  @Patch(':id')
  @ApiPathParam('id', 'The app’s id.', APP_ID)
  @Requires('apps:write')
  @ApiOperation({ summary: 'Change a publisher app', description: 'What is left out stays as it is.' })
  @ApiOkResponse({ type: AppDto })
  async change(@TenantId() tenantId: string, @Param('id', AppIdPipe) id: string, @Body() dto: ChangeAppDto): Promise<AppDto> {
    return toAppDto(await this.catalog.changeApp(tenantId, id, dto));
  }

  @Delete(':id')
  @ApiPathParam('id', 'The app’s id.', APP_ID)
  @HttpCode(204)
  @Requires('apps:write')
  @ApiOperation({ summary: 'Delete a publisher app', description: 'Its event types go with it; what it has published stays.' })
  @ApiNoContentResponse()
  delete(@TenantId() tenantId: string, @Param('id', AppIdPipe) id: string): Promise<void> {
    return this.catalog.deleteApp(tenantId, id);
  }
}
