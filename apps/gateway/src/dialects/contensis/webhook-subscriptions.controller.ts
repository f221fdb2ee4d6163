import { invalidField } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, TenantId } from '../../access/caller.decorator.js';
import type { Principal } from '../../access/principal.js';
import { Requires } from '../../access/requires.decorator.js';
import { ApiPathParam } from '../../http/api-path-param.decorator.js';
import { PathSubscription } from '../../subscriptions/path-subscription.js';
import { entityTag, readPrecondition } from '../../subscriptions/precondition.js';
import { SubscriptionsService } from '../../subscriptions/subscriptions.service.js';
import { ApiWebhookErrors, WebhookDto } from './dto/webhook.dto.js';
import { ReplaceWebhook, WriteWebhook } from './dto/write-webhook.dto.js';
import { ProjectGuard } from './project.guard.js';
import { changedDraft, newDraft, type Row, toWebhook, type Webhook } from './webhook.js';

const DIALECT = 'contensis';
const ApiId = (): MethodDecorator => ApiPathParam('id', 'The subscription’s uuid.', '3a7ce8e3-9c9f-4242-be20-35edb29c4a07');

/** The webhook subscriptions of Contensis' Management API. Every subscription of the project is one, whichever API made it. */
@ApiTags('Contensis')
@ApiPathParam('projectId', 'Slug of the caller’s tenant.', 'movies')
@ApiWebhookErrors()
@UseGuards(ProjectGuard)
@Controller('api/management/projects/:projectId/events/webhooks/subscriptions')
export class WebhookSubscriptionsController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Post()
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Create a webhook subscription' })
  @ApiResponse({ status: 201, type: WebhookDto })
  async create(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Body() body: WriteWebhook,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Webhook> {
    const dialectFields = fieldsOfItsOwn(body);
    const { row } = await this.subscriptions.create({ ...caller, tenantId }, newDraft(body), { dialect: DIALECT, dialectFields });
    return answer(row, reply);
  }

  @Get()
  @Requires('subscriptions:list')
  @ApiOperation({ summary: 'List webhook subscriptions', description: 'All of them in one list, newest first.' })
  @ApiResponse({ status: 200, type: [WebhookDto] })
  async list(@TenantId() tenantId: string): Promise<Webhook[]> {
    return (await this.subscriptions.list(tenantId, {}, LIMITS.subscriptionsPerTenant.max, null)).map(toWebhook);
  }

  @Get(':id')
  @Requires('subscriptions:read')
  @ApiId()
  @ApiOperation({ summary: 'Read a webhook subscription' })
  @ApiResponse({ status: 200, type: WebhookDto })
  async read(
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Webhook> {
    return answer(await this.subscriptions.find(tenantId, id), reply);
  }

  @Put(':id')
  @Requires('subscriptions:write')
  @ApiId()
  @ApiHeader({ name: 'If-Match', description: 'ETag of the version that is replaced, beside version.versionNo.', required: false })
  @ApiOperation({ summary: 'Replace a webhook subscription', description: 'Needs the current version.versionNo. What is left out goes.' })
  @ApiResponse({ status: 200, type: WebhookDto })
  async replace(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('id', PathSubscription) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: ReplaceWebhook,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Webhook> {
    if (body.id !== undefined && body.id.toLowerCase() !== id) throw invalidField('/id', 'invalid_value', 'The path names another one.');
    const precondition = readPrecondition(ifMatch, body.version.versionNo);
    // The fields are those of the version that the precondition asks for, or the change is refused.
    const current = await this.subscriptions.find(tenantId, id);
    const dialectFields = { ...current.dialectFields, ...fieldsOfItsOwn(body) };
    const change = (row: Row) => changedDraft(body, row);
    const { row } = await this.subscriptions.change({ ...caller, tenantId }, id, precondition, change, { dialectFields });
    return answer(row, reply);
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('subscriptions:write')
  @ApiId()
  @ApiOperation({ summary: 'Delete a webhook subscription', description: 'What waits to be delivered is cancelled.' })
  @ApiNoContentResponse()
  async remove(@Caller() caller: Principal, @TenantId() tenantId: string, @Param('id', PathSubscription) id: string): Promise<void> {
    await this.subscriptions.remove({ ...caller, tenantId }, id);
  }
}

/** What no other API can say. */
const fieldsOfItsOwn = ({ ui }: WriteWebhook): Record<string, unknown> => (ui === undefined ? {} : { ui });

function answer(row: Row, reply: FastifyReply): Webhook {
  void reply.header('etag', entityTag(row.versionNo));
  return toWebhook(row);
}
