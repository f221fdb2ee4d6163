import { invalidField } from '#domain/errors.js';
import { formatId, parseId } from '#domain/ids.js';
import { type AuditFilter, AuditStore } from '#store/audit.store.js';
import type { AuditEntryEntity } from '#store/entities/audit-entry.entity.js';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { checkWindow } from '../deliveries/list-queries.js';
import { ApiPage } from '../http/api-page.decorator.js';
import { ApiPathParam } from '../http/api-path-param.decorator.js';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, readCursor } from '../http/page.js';
import { notFound, PathIdPipe } from '../http/path-ids.js';
import { AuditEntryDto, AuditQuery } from './audit.dto.js';
import { Caller } from './caller.decorator.js';
import type { Principal } from './principal.js';
import { Requires } from './requires.decorator.js';
import { tenantOf } from './tenant-id.js';

@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(
    private readonly entries: AuditStore,
    private readonly cursors: CursorKey,
  ) {}

  @Get()
  @Requires('audit:list')
  @ApiOperation({
    summary: 'List the audit log',
    description: 'Newest first: who changed what, and who saw a secret. An operator sees all tenants’.',
  })
  @ApiPage(AuditEntryDto)
  async list(@Caller() caller: Principal, @Query() { limit, cursor, ...filters }: AuditQuery): Promise<Page<AuditEntryDto>> {
    checkWindow(filters);
    const binding = this.cursors.bind(caller.tenantId, '/v1/audit', filters);
    const rows = await this.entries.list(filterOf(caller, filters), readCursor(cursor, binding), limit + 1);
    const page = makePage(rows, limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toDto) };
  }

  @Get(':id')
  @Requires('audit:read')
  @ApiPathParam('id', 'The entry’s id.', 'aud_01KAK3J0V1QH6E6T2C0X8ZC3VB')
  @ApiOperation({ summary: 'Get an entry of the audit log' })
  @ApiOkResponse({ type: AuditEntryDto })
  async get(@Caller() caller: Principal, @Param('id', new PathIdPipe('aud')) id: string): Promise<AuditEntryDto> {
    const row = await this.entries.find(id, caller.tenantId ?? undefined);
    if (!row) throw notFound();
    return toDto(row);
  }
}

function filterOf(caller: Principal, { actor, tenantId, ...rest }: Omit<AuditQuery, 'limit' | 'cursor'>): AuditFilter {
  const isOfAll = caller.tenantId === null && tenantId === undefined;
  return {
    ...rest,
    actorKeyId: actor === undefined ? undefined : keyUuid(actor),
    ...(isOfAll ? {} : { tenantId: tenantOf(caller, tenantId) }),
  };
}

function keyUuid(id: string): string {
  const uuid = parseId('key', id);
  if (uuid === null) throw invalidField('/actor', 'invalid_id', 'A key is named by its id, `key_…`.');
  return uuid;
}

const toDto = (row: AuditEntryEntity): AuditEntryDto => ({
  id: formatId('aud', row.id),
  at: row.at.toISOString(),
  tenantId: row.tenantId && formatId('ten', row.tenantId),
  actor: { keyId: row.actorKeyId && formatId('key', row.actorKeyId), name: row.actor },
  action: row.action,
  object: row.object,
  changed: row.changed,
  ip: row.ip,
  requestId: row.requestId,
});
