import { DomainError } from '#domain/errors.js';
import type { StoredEvent } from '#domain/event.js';
import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { OpaquePayload } from '../http/opaque-payload.decorator.js';
import { readCloudEvent } from '../publish/cloud-event.js';
import { readNativeEvent } from '../publish/native-event.js';
import { EventDto } from '../publish/publish.dto.js';
import { asStored } from './as-stored.js';
import { ExplainQuery, ExplanationDto } from './explain.dto.js';
import { ExplainService } from './explain.service.js';

@ApiTags('events')
@Controller('v1')
export class ExplainController {
  constructor(private readonly explaining: ExplainService) {}

  @Get('events/:id/explain')
  @Requires('events:read')
  @ApiParam({ name: 'id', description: '`evt_…`, or the publisher’s own id.', example: 'evt_01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  @ApiOperation({
    summary: 'Explain an event',
    description: 'Why it was or was not delivered, verdict by verdict, as the subscriptions are now.',
  })
  @ApiResponse({ status: 200, type: ExplanationDto })
  explainStored(@TenantId() tenantId: string, @Param('id') id: string, @Query() query: ExplainQuery): Promise<ExplanationDto> {
    return this.explaining.explainStored(tenantId, id, query.subscription);
  }

  @Post('explain')
  @HttpCode(200)
  @OpaquePayload()
  @Requires('events:publish')
  @ApiConsumes('application/json', 'application/cloudevents+json')
  @ApiBody({ type: EventDto })
  @ApiOperation({
    summary: 'Explain an event that is not stored',
    description: 'A dry run: who would get it, and which request. Secrets are masked.',
  })
  @ApiResponse({ status: 200, type: ExplanationDto })
  explainUnstored(@TenantId() tenantId: string, @Query() query: ExplainQuery, @Req() request: FastifyRequest): Promise<ExplanationDto> {
    return this.explaining.explainUnstored(readEvent(tenantId, request), query.subscription);
  }
}

/** The event as it would be stored now; the codes of publish for one that it would refuse. */
function readEvent(tenantId: string, { rawBody, jsonScan, headers }: FastifyRequest): StoredEvent {
  if (!rawBody || !jsonScan) throw new DomainError('empty_body', 'A JSON body is needed.');
  const isCloudEvent = headers['content-type']?.startsWith('application/cloudevents') === true;
  return asStored(tenantId, rawBody, isCloudEvent ? readCloudEvent(rawBody, jsonScan) : readNativeEvent(rawBody, jsonScan));
}
