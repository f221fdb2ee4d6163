import { invalidField } from '#domain/errors.js';
import { OutboundRequestStore } from '#store/outbound-request.store.js';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { TenantId } from '../access/caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { ApiPage } from '../http/api-page.decorator.js';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, readCursor } from '../http/page.js';
import { subscriptionUuid } from '../subscriptions/path-subscription.js';
import { OutboundRequestDto, OutboundRequestsQuery, toOutboundRequestDto } from './outbound-request.dto.js';

const PATH = '/v1/outbound-requests';

/** What is told and asked beside deliveries, for whoever wonders where a callback or a publish-event went. */
@ApiTags('outbound requests')
@Controller(PATH.slice(1))
export class OutboundRequestsController {
  constructor(
    private readonly requests: OutboundRequestStore,
    private readonly cursors: CursorKey,
  ) {}

  @Get()
  @Requires('deliveries:list')
  @ApiOperation({
    summary: 'List outbound requests',
    description: 'Callbacks and fetches of resources that wait or were given up, newest first. One that is done is not kept.',
  })
  @ApiPage(OutboundRequestDto)
  async list(@TenantId() tenantId: string, @Query() query: OutboundRequestsQuery): Promise<Page<OutboundRequestDto>> {
    const { limit, cursor, kind, state, subscription } = query;
    const binding = this.cursors.bind(tenantId, PATH, query);
    const filter = { kind, givenUp: state && state === 'given_up', subscriptionUuid: readSubscription(subscription) };
    const rows = await this.requests.list(tenantId, filter, limit + 1, readCursor(cursor, binding));
    const page = makePage(rows, limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toOutboundRequestDto) };
  }
}

function readSubscription(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const uuid = subscriptionUuid(text);
  if (uuid === null) throw invalidField('/subscription', 'invalid_id', 'A subscription is named by its id, its uuid or its ULID.');
  return uuid;
}
