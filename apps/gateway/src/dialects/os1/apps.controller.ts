import { Body, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Caller, TenantId } from '../../access/caller.decorator.js';
import type { Principal } from '../../access/principal.js';
import { Requires } from '../../access/requires.decorator.js';
import { formatAppId } from '../../catalog/app-id.js';
import { CatalogService } from '../../catalog/catalog.service.js';
import { CursorKey } from '../../http/cursor-key.js';
import { notFound } from '../../http/path-ids.js';
import {
  AppConfigAnswer,
  AppConfigDetailsAnswer,
  type AppConfigDto,
  CreateAppConfigDto,
  CreatedAppConfigAnswer,
  UpdateAppConfigDto,
} from './app-config.dto.js';
import { Os1Controller } from './os1-controller.decorator.js';
import { os1Page, Os1PageQuery } from './page.js';
import { Publisher } from './publisher.js';

/** Source: OS1, "Publishing Webhook Events", App configuration. */
@Os1Controller('apps')
export class Os1AppsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly publisher: Publisher,
    private readonly cursors: CursorKey,
  ) {}

  @Post()
  @Requires('apps:write')
  @ApiOperation({ summary: 'createAppConfig', description: 'Makes the key’s own app. A key has one: a second call is 409.' })
  @ApiCreatedResponse({ type: CreatedAppConfigAnswer })
  async create(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Body() dto: CreateAppConfigDto,
  ): Promise<CreatedAppConfigAnswer> {
    const { permissions, name = caller.keyName } = dto;
    const { id } = await this.catalog.createOwnApp(tenantId, caller.keyId, { name, permissions });
    return { data: { id: formatAppId(id) } };
  }

  @Get()
  @Requires('apps:read')
  @ApiOperation({ summary: 'getAppConfigDetails', description: 'The key’s own app; 404 before createAppConfig.' })
  @ApiOkResponse({ type: AppConfigDetailsAnswer })
  async read(@Caller() caller: Principal, @TenantId() tenantId: string, @Query() query: Os1PageQuery): Promise<AppConfigDetailsAnswer> {
    const app = await this.publisher.find(tenantId, caller);
    if (app === null) throw notFound();
    const { meta } = await os1Page(query, this.cursors.bind(tenantId, 'OS1 apps'), () => Promise.resolve([app]));
    return { data: { ...show(app), meta } };
  }

  @Put()
  @Requires('apps:write')
  @ApiOperation({ summary: 'updateAppConfig', description: 'What is left out stays as it is.' })
  @ApiOkResponse({ type: AppConfigAnswer })
  replace(@Caller() caller: Principal, @TenantId() tenantId: string, @Body() dto: UpdateAppConfigDto): Promise<AppConfigAnswer> {
    return this.update(caller, tenantId, dto);
  }

  @Patch()
  @Requires('apps:write')
  @ApiOperation({ summary: 'updateAppConfig', description: 'What is left out stays as it is.' })
  @ApiOkResponse({ type: AppConfigAnswer })
  async update(@Caller() caller: Principal, @TenantId() tenantId: string, @Body() dto: UpdateAppConfigDto): Promise<AppConfigAnswer> {
    const { id } = await this.publisher.require(tenantId, caller);
    return { data: show(await this.catalog.changeApp(tenantId, id, dto)) };
  }
}

const show = ({ id, name, permissions }: { id: string; name: string; permissions: string[] }): AppConfigDto => ({
  id: formatAppId(id),
  name,
  permissions,
});
