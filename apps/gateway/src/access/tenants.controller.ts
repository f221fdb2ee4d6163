import { SETTINGS_TOKEN } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { formatId } from '#domain/ids.js';
import type { TenantEntity } from '#store/entities/tenant.entity.js';
import { TenantStore } from '#store/tenant.store.js';
import { Body, Controller, Get, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage } from '../http/api-page.decorator.js';
import { ApiPathParam } from '../http/api-path-param.decorator.js';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, PageQuery, readCursor } from '../http/page.js';
import { notFound, pathIdOrUuid } from '../http/path-ids.js';
import { requireCallbacks } from './check-callbacks.js';
import { requireRetention } from './check-retention.js';
import { OperatorOnly } from './requires.decorator.js';
import { ChangeTenantDto, CreateTenantDto, TenantDto, type TenantSettingsDto } from './tenant.dto.js';

/** Tenants are the operator's to make. There is no way to delete one here: its events would outlive it. */
@ApiTags('tenants')
@Controller('v1/tenants')
export class TenantsController {
  constructor(
    private readonly tenants: TenantStore,
    private readonly cursors: CursorKey,
    @Inject(SETTINGS_TOKEN) private readonly config: Settings,
  ) {}

  @Post()
  @OperatorOnly('tenants:write')
  @ApiOperation({ summary: 'Create a tenant' })
  @ApiCreatedResponse({ type: TenantDto })
  async create(@Body() { name, slug, settings }: CreateTenantDto): Promise<TenantDto> {
    this.requireSound(settings);
    return toDto(await this.tenants.create({ name, slug, settings: { ...settings } }));
  }

  @Get()
  @OperatorOnly('tenants:list')
  @ApiOperation({ summary: 'List tenants', description: 'Oldest first.' })
  @ApiPage(TenantDto)
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<TenantDto>> {
    const binding = this.cursors.bind(null, '/v1/tenants');
    const rows = await this.tenants.list(readCursor(cursor, binding), limit + 1);
    const page = makePage(rows, limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toDto) };
  }

  @Get(':id')
  @ApiPathParam('id', 'The tenant’s id, or its uuid.', 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB')
  @OperatorOnly('tenants:read')
  @ApiOperation({ summary: 'Get a tenant', description: 'By its id or its uuid.' })
  @ApiOkResponse({ type: TenantDto })
  async get(@Param('id') id: string): Promise<TenantDto> {
    return found(await this.tenants.find(pathIdOrUuid('ten', id)));
  }

  @Patch(':id')
  @ApiPathParam('id', 'The tenant’s id, or its uuid.', 'ten_01KAK3J0V1QH6E6T2C0X8ZC3VB')
  @OperatorOnly('tenants:write')
  @ApiOperation({ summary: 'Change a tenant', description: 'What is left out stays as it is.' })
  @ApiOkResponse({ type: TenantDto })
  async change(@Param('id') id: string, @Body() { name, settings }: ChangeTenantDto): Promise<TenantDto> {
    this.requireSound(settings);
    return found(await this.tenants.change(pathIdOrUuid('ten', id), { name, settings: settings && { ...settings } }));
  }

  private requireSound(settings: TenantSettingsDto | undefined): void {
    requireCallbacks(settings?.callbacks, this.config);
    requireRetention(settings?.retention, this.config);
  }
}

function found(tenant: TenantEntity | null): TenantDto {
  if (!tenant) throw notFound();
  return toDto(tenant);
}

const toDto = ({ id, slug, name, settings, createdAt, updatedAt }: TenantEntity): TenantDto => ({
  id: formatId('ten', id),
  uuid: id,
  slug,
  name,
  settings,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
