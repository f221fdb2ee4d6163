import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, TenantId } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiPage } from '../http/api-page.decorator.js';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, readCursor } from '../http/page.js';
import { applyPatch } from './apply-patch.js';
import { ListSubscriptions } from './dto/list-subscriptions.dto.js';
import { SubscriptionDto } from './dto/subscription.dto.js';
import { CreateSubscription, PatchSubscription, ReplaceSubscription } from './dto/write-subscription.dto.js';
import { PathSubscription } from './path-subscription.js';
import { entityTag, readPrecondition, requirePrecondition } from './precondition.js';
import { SubscriptionsService, type Written } from './subscriptions.service.js';
import { draftOf } from './to-draft.js';
import { type NativeSubscription, toFields, toNative } from './to-native.js';

const ID = { name: 'id', description: '`sub_…`, the uuid, or the bare ULID.', example: 'sub_01KAK3J0V1QH6E6T2C0X8ZC3VB' };
const IF_MATCH = { name: 'If-Match', description: 'ETag of the version that is changed.', example: '"3"', required: false };
const BOUND_TO = 'GET /v1/subscriptions';

@ApiTags('subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly cursors: CursorKey,
  ) {}

  @Post()
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Subscribe', description: 'The answer holds the signing secret, this once.' })
  @ApiResponse({ status: 201, type: SubscriptionDto })
  async create(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Body() body: CreateSubscription,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NativeSubscription> {
    const { secret, ...fields } = body;
    return answer(await this.subscriptions.create({ ...caller, tenantId }, draftOf(fields), { secret }), reply);
  }

  @Get()
  @Requires('subscriptions:list')
  @ApiOperation({ summary: 'List subscriptions', description: 'Newest first.' })
  @ApiPage(SubscriptionDto)
  async list(@TenantId() tenantId: string, @Query() query: ListSubscriptions): Promise<Page<NativeSubscription>> {
    const { limit, cursor, eventType, ...filters } = query;
    const binding = this.cursors.bind(tenantId, BOUND_TO, query);
    const filter = { ...filters, eventTypes: eventType === undefined ? undefined : [eventType] };
    const rows = await this.subscriptions.list(tenantId, filter, limit + 1, readCursor(cursor, binding));
    const page = makePage(rows, limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map((row) => toNative(row)) };
  }

  @Get(':id')
  @Requires('subscriptions:read')
  @ApiParam(ID)
  @ApiOperation({ summary: 'Read a subscription' })
  @ApiResponse({ status: 200, type: SubscriptionDto })
  async read(
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NativeSubscription> {
    return answer({ row: await this.subscriptions.find(tenantId, id) }, reply);
  }

  @Put(':id')
  @Requires('subscriptions:write')
  @ApiParam(ID)
  @ApiHeader(IF_MATCH)
  @ApiOperation({
    summary: 'Replace a subscription',
    description: 'Needs If-Match or version.versionNo. A signature of another kind makes a new secret, which the answer holds.',
  })
  @ApiResponse({ status: 200, type: SubscriptionDto })
  async replace(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ReplaceSubscription,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NativeSubscription> {
    const { version, ...fields } = body;
    const precondition = requirePrecondition(readPrecondition(ifMatch, version?.versionNo));
    return answer(await this.subscriptions.change({ ...caller, tenantId }, id, precondition, () => draftOf(fields)), reply);
  }

  @Patch(':id')
  @Requires('subscriptions:write')
  @ApiParam(ID)
  @ApiHeader(IF_MATCH)
  @ApiOperation({ summary: 'Change a subscription', description: 'Objects merge, lists are replaced; then removals, then additions.' })
  @ApiResponse({ status: 200, type: SubscriptionDto })
  async patch(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: PatchSubscription,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NativeSubscription> {
    const { version, ...patch } = body;
    const precondition = readPrecondition(ifMatch, version?.versionNo);
    return answer(
      await this.subscriptions.change({ ...caller, tenantId }, id, precondition, (row) => draftOf(applyPatch(toFields(row), patch))),
      reply,
    );
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('subscriptions:write')
  @ApiParam(ID)
  @ApiOperation({ summary: 'Unsubscribe', description: 'What waits to be delivered is cancelled.' })
  @ApiNoContentResponse()
  async remove(@Caller() caller: Principal, @TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<void> {
    await this.subscriptions.remove({ ...caller, tenantId }, id);
  }
}

function answer({ row, secret }: Written, reply: FastifyReply): NativeSubscription {
  void reply.header('etag', entityTag(row.versionNo));
  return toNative(row, secret);
}
