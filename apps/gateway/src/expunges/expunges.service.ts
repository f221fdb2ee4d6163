import { type ExpungeRow, ExpungeStore } from '#store/expunge.store.js';
import { Injectable } from '@nestjs/common';
import { EventsService } from '../deliveries/events.service.js';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, type PageQuery, readCursor } from '../http/page.js';
import { notFound } from '../http/path-ids.js';
import { type ExpungeDto, type ExpungedResourceDto, toExpungeDto } from './expunge.dto.js';

/** Payloads that have to go before their time. What they were is nobody's to read here either. */
@Injectable()
export class ExpungesService {
  constructor(
    private readonly expunges: ExpungeStore,
    private readonly events: EventsService,
    private readonly cursors: CursorKey,
  ) {}

  /** One event, now: it is written down first, so that a dispatcher takes over what this cannot end. Errors: `not_found`, `quota_exceeded`. */
  async expungeEvent(tenantId: string, eventId: string): Promise<ExpungeDto> {
    const { uuid, id } = await this.events.find(tenantId, eventId);
    const expunge = await this.expunges.create(tenantId, { kind: 'event', eventUuid: uuid, eventId: id });
    // What fails here, as when rows are held for too long, a dispatcher does again: the answer says that it runs.
    await this.expunges.step(expunge).catch(() => undefined);
    return this.find(tenantId, expunge.id);
  }

  /** All events of a resource: a dispatcher carries it out. Errors: `quota_exceeded`. */
  async expungeResource(tenantId: string, { type, id }: ExpungedResourceDto): Promise<ExpungeDto> {
    return toExpungeDto(await this.expunges.create(tenantId, { kind: 'resource', resourceType: type, resourceId: id }));
  }

  async list(tenantId: string, { limit, cursor }: PageQuery): Promise<Page<ExpungeDto>> {
    const binding = this.cursors.bind(tenantId, '/v1/expunges');
    const rows: ExpungeRow[] = await this.expunges.list(tenantId, limit + 1, readCursor(cursor, binding));
    const page = makePage(rows, limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toExpungeDto) };
  }

  async find(tenantId: string, id: string): Promise<ExpungeDto> {
    const row = await this.expunges.find(tenantId, id);
    if (!row) throw notFound();
    return toExpungeDto(row);
  }
}
