import { DomainError } from '#domain/errors.js';
import { Body, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { Caller, TenantId } from '../../access/caller.decorator.js';
import type { Principal } from '../../access/principal.js';
import { Requires } from '../../access/requires.decorator.js';
import { formatAppId } from '../../catalog/app-id.js';
import { CatalogService } from '../../catalog/catalog.service.js';
import { NamePipe } from '../../catalog/name.pipe.js';
import { CursorKey } from '../../http/cursor-key.js';
import { Os1Controller } from './os1-controller.decorator.js';
import { os1Page, Os1PageQuery } from './page.js';
import {
  BulkDeleteEventsDto,
  DeletedEventsAnswer,
  type PublisherEventDto,
  PublisherEventsAnswer,
  PublisherEventsPageAnswer,
  RegisterEventsDto,
  UpdateEventsDto,
} from './publisher-event.dto.js';
import { Publisher } from './publisher.js';
import { respelled } from './respelled.js';
import { TopicPipe, TOPICS } from './topic.pipe.js';

/** Source: OS1, "Publishing Webhook Events", Events. */
@Os1Controller('topics/:topic/events')
@ApiParam({ name: 'topic', enum: TOPICS, description: 'The topic.', example: 'participant' })
export class Os1EventsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly publisher: Publisher,
    private readonly cursors: CursorKey,
  ) {}

  @Post()
  @Requires('apps:write')
  @ApiOperation({ summary: 'registerEvents', description: 'For the key’s own app. All or none; a name that is taken is 409.' })
  @ApiCreatedResponse({ type: PublisherEventsAnswer })
  async register(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('topic', TopicPipe) topic: string,
    @Body() { events, getApiPath }: RegisterEventsDto,
  ): Promise<PublisherEventsAnswer> {
    const { id: appId } = await this.publisher.require(tenantId, caller);
    const definitions = events.map((event) => ({ ...(getApiPath === undefined ? {} : { getApiPath }), ...event }));
    const rows = await respelled([[/^\/eventTypes\//, '/events/']], () => this.catalog.register({ tenantId, appId, topic }, definitions));
    return { data: { events: rows.map(show) } };
  }

  @Get()
  @Requires('apps:list')
  @ApiOperation({ summary: 'getPublisherEvents', description: 'Of every app of the tenant, oldest first.' })
  @ApiOkResponse({ type: PublisherEventsPageAnswer })
  async list(
    @TenantId() tenantId: string,
    @Param('topic', TopicPipe) topic: string,
    @Query() query: Os1PageQuery,
  ): Promise<PublisherEventsPageAnswer> {
    const binding = this.cursors.bind(tenantId, 'OS1 events', { topic });
    const { rows, meta } = await os1Page(query, binding, (position, count) => this.catalog.listTopic(tenantId, topic, position, count));
    return { data: { events: rows.map(show), meta } };
  }

  @Put(':eventName')
  @Requires('apps:write')
  @ApiParam({ name: 'eventName', description: 'The event’s name.', example: 'AvailableUserEvent' })
  @ApiOperation({ summary: 'updatePublisherEvents', description: 'The event that the path names; what is left out stays as it is.' })
  @ApiOkResponse({ type: PublisherEventsAnswer })
  async update(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('topic', TopicPipe) topic: string,
    @Param('eventName', NamePipe) eventName: string,
    @Body() { events: [event] }: UpdateEventsDto,
  ): Promise<PublisherEventsAnswer> {
    const app = await this.publisher.require(tenantId, caller);
    const { appId, ...change } = event!;
    if (appId !== undefined && appId.toLowerCase() !== formatAppId(app.id)) {
      throw new DomainError('permission_denied', 'An event stays with the app that published it, and only that app changes it.');
    }
    const row = await respelled([[/^(?=\/)/, '/events/0']], () =>
      this.catalog.change({ tenantId, appId: app.id, topic }, eventName, change),
    );
    return { data: { events: [show(row)] } };
  }

  @Post('bulk-delete')
  @HttpCode(200)
  @Requires('apps:write')
  @ApiOperation({
    summary: 'bulkDeleteEvents',
    description: 'Of the key’s own app. All or none: with an unknown name among them it is 404.',
  })
  @ApiOkResponse({ type: DeletedEventsAnswer })
  async bulkDelete(
    @Caller() caller: Principal,
    @TenantId() tenantId: string,
    @Param('topic', TopicPipe) topic: string,
    @Body() { events }: BulkDeleteEventsDto,
  ): Promise<DeletedEventsAnswer> {
    const { id: appId } = await this.publisher.require(tenantId, caller);
    await respelled([[/^\/names\//, '/events/']], () => this.catalog.deleteAll({ tenantId, appId, topic }, events));
    return { data: { events } };
  }
}

const show = ({ name, type, appId, description }: PublisherEventDto): PublisherEventDto => ({
  name,
  type,
  appId: formatAppId(appId),
  description,
});
