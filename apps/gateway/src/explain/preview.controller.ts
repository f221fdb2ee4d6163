import { invalidField } from '#domain/errors.js';
import type { StoredEvent } from '#domain/event.js';
import { scanJson } from '#domain/json/scan.js';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, TenantId } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Requires } from '../access/requires.decorator.js';
import { readNativeEvent } from '../publish/native-event.js';
import type { EventDto } from '../publish/publish.dto.js';
import { subscriptionUuid } from '../subscriptions/path-subscription.js';
import { SubscriptionsService } from '../subscriptions/subscriptions.service.js';
import { draftOf } from '../subscriptions/to-draft.js';
import { asStored } from './as-stored.js';
import { ExplainedSubscriptionDto } from './explain.dto.js';
import { ExplainService } from './explain.service.js';
import { inMember } from './in-member.js';
import { PreviewDto } from './preview.dto.js';

@ApiTags('subscriptions')
@Controller('v1/subscriptions')
export class PreviewController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly explaining: ExplainService,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @Requires('subscriptions:read')
  @ApiOperation({
    summary: 'Preview a subscription that is not stored',
    description: 'Whether the event would reach the draft, and which request it would get. Secrets are masked; nothing is stored or sent.',
  })
  @ApiResponse({ status: 200, type: ExplainedSubscriptionDto })
  async preview(@Caller() caller: Principal, @TenantId() tenantId: string, @Body() body: PreviewDto): Promise<ExplainedSubscriptionDto> {
    const { secret, ...fields } = body.subscription;
    const id = uuidOfDraft(body.subscriptionId);
    const draft = await inMember('subscription', () => draftOf(fields));
    const stored = await inMember('subscription', () => this.subscriptions.requireSound({ ...caller, tenantId }, draft, { id, secret }));
    const event = await inMember('event', () => readEvent(tenantId, body.event));
    return this.explaining.explainDraft(event, draft, caller.appPermissions, stored);
  }
}

function readEvent(tenantId: string, event: EventDto): StoredEvent {
  const raw = Buffer.from(JSON.stringify(event));
  return asStored(tenantId, raw, readNativeEvent(raw, scanJson(raw)));
}

function uuidOfDraft(id: string | undefined): string | null {
  if (id === undefined) return null;
  const uuid = subscriptionUuid(id);
  if (uuid === null) throw invalidField('/subscriptionId', 'invalid_id', 'A subscription is named by its id, its uuid or its ULID.');
  return uuid;
}
