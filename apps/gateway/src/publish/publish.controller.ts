import { DomainError, invalidField } from '#domain/errors.js';
import { type JsonScan, scanJson } from '#domain/json/scan.js';
import { LIMITS } from '#domain/limits.js';
import { LOOP_HEADER, readHops } from '#domain/loop.js';
import type { Published } from '#store/publish.store.js';
import { Controller, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, TenantId } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Quotas } from '../access/quotas.js';
import { charge } from '../access/rate-limit.guard.js';
import { Requires } from '../access/requires.decorator.js';
import { pointerToken } from '../http/field-errors.js';
import { OpaquePayload } from '../http/opaque-payload.decorator.js';
import { refusalOf } from '../http/problem.js';
import { readIdempotencyKey } from './idempotency-key.js';
import { BatchResultDto, EventBatchDto, EventDto, PublishedDto } from './publish.dto.js';
import { PublishService } from './publish.service.js';

const TRACEPARENT = {
  name: 'traceparent',
  required: false,
  description: 'The trace that publishing belongs to (W3C Trace Context), where the operator gathers traces; ignored when it is none.',
  example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

@ApiTags('events')
@Requires('events:publish')
@Controller('v1/events')
export class PublishController {
  constructor(
    private readonly events: PublishService,
    private readonly quotas: Quotas,
  ) {}

  @Post()
  @HttpCode(202)
  @OpaquePayload()
  @ApiOperation({
    summary: 'Publish an event',
    description: '202 means it is committed; delivery follows. Also takes a CloudEvent in structured mode.',
  })
  @ApiConsumes('application/json', 'application/cloudevents+json')
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Makes a repeat within 24 hours answer as the first did.',
    example: 'order-42-created',
  })
  @ApiHeader(TRACEPARENT)
  @ApiBody({ type: EventDto })
  @ApiResponse({ status: 202, type: PublishedDto })
  async publish(
    @TenantId() tenantId: string,
    @Headers(LOOP_HEADER) loop: string | undefined,
    @Headers('traceparent') traceparent: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublishedDto> {
    const { raw, scan } = bodyOf(request);
    const format = request.headers['content-type']?.startsWith('application/cloudevents') ? 'cloudevent' : 'native';
    const key = readIdempotencyKey(request.raw.headersDistinct['idempotency-key']);
    const published = await this.events.publish(tenantId, { raw, scan, format }, key, readHops(loop), traceparent);
    if (published.kind === 'duplicate') void reply.header('Idempotent-Replayed', 'true');
    return toDto(published);
  }

  @Post('batch')
  @HttpCode(202)
  @OpaquePayload({ maxBytes: LIMITS.batchBodyBytes.max })
  @ApiOperation({
    summary: 'Publish up to 100 events',
    description: 'Each item is taken or refused for itself: 202 when all were taken, 207 otherwise. Counts as so many requests.',
  })
  @ApiHeader(TRACEPARENT)
  @ApiBody({ type: EventBatchDto })
  @ApiResponse({ status: 202, type: BatchResultDto })
  @ApiResponse({ status: 207, type: BatchResultDto })
  async publishBatch(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Headers(LOOP_HEADER) loop: string | undefined,
    @Headers('traceparent') traceparent: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchResultDto> {
    const { raw, items } = batchItems(bodyOf(request));
    // The request itself has been charged as one.
    charge(this.quotas, caller, items.length - 1, reply);
    const results = await this.events.publishBatch(tenantId, raw, items, readHops(loop), traceparent);
    if (results.some((result) => result instanceof DomainError)) void reply.status(207);
    return { items: results.map((result, index) => toBatchItem(result, index, request.id)) };
  }
}

function bodyOf(request: FastifyRequest): { raw: Buffer; scan: JsonScan } {
  if (!request.rawBody || !request.jsonScan) throw new DomainError('empty_body', 'A JSON body is needed.');
  return { raw: request.rawBody, scan: request.jsonScan };
}

/** The bytes of the `events` array and its items within them. */
function batchItems({ raw, scan }: { raw: Buffer; scan: JsonScan }): { raw: Buffer; items: JsonScan['items'] } {
  if (scan.kind !== 'object') throw invalidField('', 'invalid_type', 'A batch is a JSON object.');
  const events = scan.members.get('events');
  const unknown = [...scan.members.keys()].find((name) => name !== 'events');
  if (unknown !== undefined) throw invalidField(`/${pointerToken(unknown)}`, 'unknown_field', 'A batch has one member, `events`.');
  if (!events) throw invalidField('/events', 'required', 'A batch needs `events`.');
  const bytes = raw.subarray(events.start, events.end);
  const list = scanJson(bytes, { maxMembers: Infinity });
  const { min, max } = LIMITS.batchItems;
  if (list.kind !== 'array') throw invalidField('/events', 'invalid_type', '`events` is an array.');
  if (list.items.length < min || list.items.length > max)
    throw invalidField('/events', 'too_many_items', `A batch has ${min} to ${max} events.`);
  return { raw: bytes, items: list.items };
}

const toDto = (published: Published): PublishedDto => ({
  id: published.id,
  acceptedAt: published.acceptedAt,
  duplicate: published.kind === 'duplicate',
});

function toBatchItem(result: Published | DomainError, index: number, requestId: string): BatchResultDto['items'][number] {
  if (!(result instanceof DomainError)) return { index, status: 202, ...toDto(result) };
  const { problem } = refusalOf(result, requestId);
  return { index, status: problem.status, error: problem };
}
