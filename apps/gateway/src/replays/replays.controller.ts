import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiPage } from '../http/api-page.decorator.js';
import { type Page, PageQuery } from '../http/page.js';
import { pathIdOrUuid } from '../http/path-ids.js';
import { CreateReplayDto, ReplayCountDto, ReplayDto } from './replay.dto.js';
import { ReplaysService } from './replays.service.js';

@ApiTags('replays')
@Controller('v1/replays')
export class ReplaysController {
  constructor(private readonly replays: ReplaysService) {}

  @Post()
  @Requires('deliveries:resend')
  @ApiOperation({
    summary: 'Send many deliveries again, or deliver what a subscription never saw',
    description:
      'Paced, and after live traffic. It goes on by itself and can be watched, paused and cancelled. With `dryRun` it is only counted.',
  })
  @ApiCreatedResponse({ type: ReplayDto })
  @ApiOkResponse({ type: ReplayCountDto, description: 'Of a dry run.' })
  async create(
    @TenantId() tenantId: string,
    @Body() dto: CreateReplayDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReplayDto | ReplayCountDto> {
    if (!dto.dryRun) return this.replays.create(tenantId, dto);
    reply.status(200);
    return this.replays.count(tenantId, dto);
  }

  @Get()
  @Requires('deliveries:resend')
  @ApiOperation({ summary: 'List replays', description: 'Newest first. One that has ended is kept as long as events are.' })
  @ApiPage(ReplayDto)
  list(@TenantId() tenantId: string, @Query() query: PageQuery): Promise<Page<ReplayDto>> {
    return this.replays.list(tenantId, query);
  }

  @Get(':id')
  @Requires('deliveries:resend')
  @ApiOperation({ summary: 'Get a replay and how far it has come' })
  @ApiOkResponse({ type: ReplayDto })
  get(@TenantId() tenantId: string, @Param('id') id: string): Promise<ReplayDto> {
    return this.replays.find(tenantId, pathIdOrUuid('rpl', id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Requires('deliveries:resend')
  @ApiOperation({ summary: 'Cancel a replay', description: 'It releases nothing more; what it released goes on.' })
  @ApiOkResponse({ type: ReplayDto })
  cancel(@TenantId() tenantId: string, @Param('id') id: string): Promise<ReplayDto> {
    return this.replays.cancel(tenantId, pathIdOrUuid('rpl', id));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Requires('deliveries:resend')
  @ApiOperation({ summary: 'Pause a replay' })
  @ApiOkResponse({ type: ReplayDto })
  pause(@TenantId() tenantId: string, @Param('id') id: string): Promise<ReplayDto> {
    return this.replays.pause(tenantId, pathIdOrUuid('rpl', id));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Requires('deliveries:resend')
  @ApiOperation({ summary: 'Let a paused replay go on where it was' })
  @ApiOkResponse({ type: ReplayDto })
  resume(@TenantId() tenantId: string, @Param('id') id: string): Promise<ReplayDto> {
    return this.replays.resume(tenantId, pathIdOrUuid('rpl', id));
  }
}
