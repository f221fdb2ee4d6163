import { formatId } from '#domain/ids.js';
import type { ApiKeyEntity } from '#store/entities/api-key.entity.js';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { formatAppId } from '../catalog/app-id.js';
import { ApiPage } from '../http/api-page.decorator.js';
import { ApiPathParam } from '../http/api-path-param.decorator.js';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, readCursor } from '../http/page.js';
import { PathIdPipe } from '../http/path-ids.js';
import { Caller } from './caller.decorator.js';
import { CreatedKeyDto, CreateKeyDto, KeyDto, KeysQuery } from './key.dto.js';
import { KeysService } from './keys.service.js';
import type { Principal } from './principal.js';
import { Requires } from './requires.decorator.js';

@ApiTags('keys')
@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly keys: KeysService,
    private readonly cursors: CursorKey,
  ) {}

  @Post()
  @Requires('keys:write')
  @ApiOperation({ summary: 'Create an API key', description: 'To rotate a key, make another, move its users over, and revoke the first.' })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  create(@Caller() caller: Principal, @Body() dto: CreateKeyDto): Promise<CreatedKeyDto> {
    return this.keys.create(caller, dto);
  }

  @Get()
  @Requires('keys:list')
  @ApiOperation({ summary: 'List API keys', description: 'Oldest first, revoked ones included. An operator sees all tenants’.' })
  @ApiPage(KeyDto)
  async list(@Caller() caller: Principal, @Query() { limit, cursor, ...filters }: KeysQuery): Promise<Page<KeyDto>> {
    const binding = this.cursors.bind(caller.tenantId, '/v1/keys', filters);
    const rows = await this.keys.list(caller, filters.tenantId, readCursor(cursor, binding), limit + 1);
    const page = makePage(rows, limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toDto) };
  }

  @Get(':id')
  @Requires('keys:read')
  @ApiOperation({ summary: 'Get an API key', description: 'What is known of it; the key itself is never shown again.' })
  @ApiPathParam('id', 'The key’s id.', 'key_01KAK3J0V1QH6E6T2C0X8ZC3VB')
  @ApiOkResponse({ type: KeyDto })
  async get(@Caller() caller: Principal, @Param('id', new PathIdPipe('key')) id: string): Promise<KeyDto> {
    return toDto(await this.keys.get(caller, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('keys:write')
  @ApiOperation({ summary: 'Revoke an API key', description: 'For ever; it is refused within 5 seconds.' })
  @ApiPathParam('id', 'The key’s id.', 'key_01KAK3J0V1QH6E6T2C0X8ZC3VB')
  @ApiNoContentResponse()
  revoke(@Caller() caller: Principal, @Param('id', new PathIdPipe('key')) id: string): Promise<void> {
    return this.keys.revoke(caller, id);
  }
}

const toDto = (key: ApiKeyEntity): KeyDto => ({
  id: formatId('key', key.id),
  tenantId: key.tenantId && formatId('ten', key.tenantId),
  name: key.name,
  hint: key.hint,
  permissions: key.permissions,
  appPermissions: key.appPermissions,
  appId: key.appId && formatAppId(key.appId),
  startsAt: key.startsAt?.toISOString() ?? null,
  expiresAt: key.expiresAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  createdAt: key.createdAt.toISOString(),
  createdBy: key.createdBy,
});
