import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, getSchemaPath } from '@nestjs/swagger';
import { Requires } from '../../access/requires.decorator.js';
import { SigningSecretsService } from '../../subscriptions/signing-secrets.service.js';
import { SubscriptionsService, type Written } from '../../subscriptions/subscriptions.service.js';
import { givenSecret } from './endpoint.js';
import { WebhooksQuery } from './list-query.dto.js';
import { readLocator } from './locator.js';
import { SocotraController, WEBHOOK_PARAM } from './socotra-controller.decorator.js';
import { type SocotraCaller, Tenant } from './tenant.js';
import { CreateWebhookRequest, UpdateWebhookRequest, WebhookListResponse, WebhookResponse } from './webhook.dto.js';
import { changedWebhook, newWebhook, showWebhook } from './webhook.js';

/** Socotra's webhooks, which are the tenant's subscriptions. Source: Socotra, "Webhooks API" of Insurance Suite and of Enterprise Core. */
@SocotraController('webhooks')
export class SocotraWebhooksController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly secrets: SigningSecretsService,
  ) {}

  @Post()
  @HttpCode(200)
  @Requires('subscriptions:write')
  @ApiOperation({ summary: 'Create a webhook' })
  @ApiOkResponse({ type: WebhookResponse })
  async create(@Tenant() caller: SocotraCaller, @Body() body: CreateWebhookRequest): Promise<WebhookResponse> {
    const secret = givenSecret(body.endpoint) ?? null;
    const draft = newWebhook(caller.profile, body);
    const { row } = await this.subscriptions.create(caller, draft, { secret, dialect: 'socotra' });
    return showWebhook(caller.profile, row, secret !== null);
  }

  @Get('list')
  @Requires('subscriptions:read', 'subscriptions:list')
  @ApiOperation({ summary: 'Fetch all webhooks', description: 'Newest first. Enterprise Core answers the bare array.' })
  @ApiExtraModels(WebhookListResponse, WebhookResponse)
  @ApiOkResponse({
    schema: {
      oneOf: [{ $ref: getSchemaPath(WebhookListResponse) }, { type: 'array', items: { $ref: getSchemaPath(WebhookResponse) } }],
    },
  })
  async list(
    @Tenant() { tenantId, profile }: SocotraCaller,
    @Query() { offset, count, extended: _, ...filter }: WebhooksQuery,
  ): Promise<WebhookListResponse | WebhookResponse[]> {
    const rows = await this.subscriptions.list(tenantId, filter, count + 1, null, offset);
    const shown = rows.slice(0, count);
    const withSecret = await this.secrets.idsWithSecret(shown);
    const items = shown.map((row) => showWebhook(profile, row, withSecret.has(row.id)));
    return profile === 'enterpriseCore' ? items : { listCompleted: rows.length <= count, items };
  }

  @Get(':webhookLocator')
  @Requires('subscriptions:read')
  @ApiParam(WEBHOOK_PARAM)
  @ApiOperation({ summary: 'Fetch a webhook' })
  @ApiOkResponse({ type: WebhookResponse })
  async fetch(@Tenant() caller: SocotraCaller, @Param('webhookLocator') locator: string): Promise<WebhookResponse> {
    return this.show(caller, await this.subscriptions.find(caller.tenantId, idOf(caller, locator)));
  }

  @Patch(':webhookLocator')
  @Requires('subscriptions:write')
  @ApiParam(WEBHOOK_PARAM)
  @ApiOperation({ summary: 'Update a webhook', description: 'Removals come first, then additions. What is not said stays.' })
  @ApiOkResponse({ type: WebhookResponse })
  async update(
    @Tenant() caller: SocotraCaller,
    @Param('webhookLocator') locator: string,
    @Body() body: UpdateWebhookRequest,
  ): Promise<WebhookResponse> {
    const current = await this.subscriptions.find(caller.tenantId, idOf(caller, locator));
    const hasSecret = await this.hasSecret(current);
    const secret = body.endpoint ? givenSecret(body.endpoint) : undefined;
    const change = (row: Written['row']) => changedWebhook(caller.profile, row, body, hasSecret);
    const { row } = await this.subscriptions.change(caller, current.id, null, change, { secret });
    return this.show(caller, row);
  }

  @Patch(':webhookLocator/unsuspend')
  @HttpCode(204)
  @Requires('subscriptions:write')
  @ApiParam(WEBHOOK_PARAM)
  @ApiOperation({ summary: 'Unsuspend a webhook', description: 'What was held goes on; what came meanwhile is not delivered.' })
  @ApiNoContentResponse()
  async unsuspend(@Tenant() caller: SocotraCaller, @Param('webhookLocator') locator: string): Promise<void> {
    await this.subscriptions.unsuspend(caller, idOf(caller, locator));
  }

  @Delete(':webhookLocator')
  @HttpCode(204)
  @Requires('subscriptions:write')
  @ApiParam(WEBHOOK_PARAM)
  @ApiOperation({ summary: 'Delete a webhook' })
  @ApiNoContentResponse()
  async remove(@Tenant() caller: SocotraCaller, @Param('webhookLocator') locator: string): Promise<void> {
    await this.subscriptions.remove(caller, idOf(caller, locator));
  }

  private async show({ profile }: SocotraCaller, row: Written['row']): Promise<WebhookResponse> {
    return showWebhook(profile, row, await this.hasSecret(row));
  }

  private async hasSecret(row: Written['row']): Promise<boolean> {
    return (await this.secrets.idsWithSecret([row])).has(row.id);
  }
}

const idOf = ({ profile }: SocotraCaller, locator: string): string => readLocator(profile, locator, '/webhookLocator');
