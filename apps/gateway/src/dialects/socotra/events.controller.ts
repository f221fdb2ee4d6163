import { invalidField } from '#domain/errors.js';
import type { StoredEvent } from '#domain/event.js';
import { formatId, uuidOf } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { Requires } from '../../access/requires.decorator.js';
import { EventsService } from '../../deliveries/events.service.js';
import { CursorKey } from '../../http/cursor-key.js';
import { makePage, readCursor } from '../../http/page.js';
import { EventListQuery, EventListResponse, EventResponse } from './event.dto.js';
import { requestLocatorOf, showEvent, showEventArray, showEvents } from './event.js';
import { readLocator } from './locator.js';
import { EVENT_PARAM, SocotraController } from './socotra-controller.decorator.js';
import { type SocotraCaller, Tenant } from './tenant.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const BOUND_TO = 'GET /event/{tenantLocator}/events/list';

/** What was asked, and the event (a uuid) that the answer before ended with: all that a paging token holds. */
interface Place {
  type?: string;
  from?: string;
  to?: string;
  pageSize: number;
  before: string | null;
}

/** The tenant's events in Socotra's shape. Source: Socotra, "Events API". */
@SocotraController('events')
export class SocotraEventsController {
  constructor(
    private readonly events: EventsService,
    private readonly cursors: CursorKey,
  ) {}

  @Get('list')
  @Header('content-type', JSON_TYPE)
  @Requires('events:read', 'events:list')
  @ApiOperation({ summary: 'Fetch events', description: 'Newest first.' })
  @ApiOkResponse({ type: EventListResponse })
  async list(@Tenant() { tenantId }: SocotraCaller, @Query() query: EventListQuery): Promise<Buffer> {
    const binding = this.cursors.bind(tenantId, BOUND_TO);
    const { before, pageSize, ...filter } = placeOf(query, (token) => readCursor(token, binding));
    const rows = await this.events.list(tenantId, filter, pageSize + 1, before);
    const { items, nextCursor } = makePage(rows, pageSize, ({ uuid }) => JSON.stringify({ ...filter, pageSize, before: uuid }), binding);
    return showEvents(items, nextCursor);
  }

  @Get('request/:requestLocator')
  @Header('content-type', JSON_TYPE)
  @Requires('events:read', 'events:list')
  @ApiParam({ name: 'requestLocator', description: '`requestId` of the events.', example: '01KAK3J0V1QH6E6T2C0X8ZC3VB' })
  @ApiOperation({
    summary: 'Fetch the events of a request',
    description: `Oldest first, at most ${LIMITS.pageItems.max}; none is no fault.`,
  })
  @ApiOkResponse({ type: [EventResponse] })
  async fetchByRequest(@Tenant() { tenantId }: SocotraCaller, @Param('requestLocator') locator: string): Promise<Buffer> {
    const named = await this.events.listByRequest(tenantId, locator, LIMITS.pageItems.max);
    return showEventArray(named.length > 0 ? named : await this.ownRequest(tenantId, locator));
  }

  @Get(':eventLocator')
  @Header('content-type', JSON_TYPE)
  @Requires('events:read')
  @ApiParam(EVENT_PARAM)
  @ApiOperation({ summary: 'Fetch an event' })
  @ApiOkResponse({ type: EventResponse })
  async fetch(@Tenant() { tenantId, profile }: SocotraCaller, @Param('eventLocator') locator: string): Promise<Buffer> {
    return showEvent(await this.events.find(tenantId, formatId('evt', readLocator(profile, locator, '/eventLocator'))));
  }

  /** An event whose publisher named no request stands for its own. */
  private async ownRequest(tenantId: string, locator: string): Promise<StoredEvent[]> {
    const uuid = uuidOf(locator);
    const found = uuid === null ? [] : [...(await this.events.findMany(tenantId, [uuid])).values()];
    return found.filter((event) => requestLocatorOf(event) === locator);
  }
}

/** Errors: `invalid_cursor` for a token that is not of this list, or that does not stand alone; `invalid_date` for a window that ends first. */
function placeOf({ pagingToken, ...asked }: EventListQuery, read: (token: string) => string | null): Place {
  if (pagingToken !== undefined) {
    if (Object.values<unknown>(asked).some((value) => value !== undefined))
      throw invalidField('/pagingToken', 'invalid_cursor', 'A pagingToken stands alone: it holds what was asked.');
    return JSON.parse(read(pagingToken) ?? 'null') as Place;
  }
  const { startTimestamp: from, endTimestamp: to, type, pageSize = LIMITS.pageItems.default } = asked;
  if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
    throw invalidField('/startTimestamp', 'invalid_date', '`startTimestamp` is after `endTimestamp`.');
  return { type, from, to, pageSize, before: null };
}
