import type { ReplayScope } from '#store/replay-scope.js';
import { type ReplayRow, ReplayStore } from '#store/replay.store.js';
import { SubscriptionCatalogStore, type SubscriptionRow } from '#store/subscription-catalog.store.js';
import { Injectable } from '@nestjs/common';
import { CursorKey } from '../http/cursor-key.js';
import { makePage, type Page, type PageQuery, readCursor } from '../http/page.js';
import { notFound } from '../http/path-ids.js';
import { MissingEvents } from './missing-events.js';
import { readScope, requireServed } from './replay-scope.js';
import { type CreateReplayDto, type ReplayCountDto, type ReplayDto, toReplayDto } from './replay.dto.js';

/** Bulk resends as their tenant asks for them; the dispatcher carries them out. */
@Injectable()
export class ReplaysService {
  constructor(
    private readonly replays: ReplayStore,
    private readonly subscriptions: SubscriptionCatalogStore,
    private readonly missing: MissingEvents,
    private readonly cursors: CursorKey,
  ) {}

  /** Errors: those of readScope and requireServed, `replay_too_large`, `replay_overlaps`, `quota_exceeded`. */
  async create(tenantId: string, dto: CreateReplayDto): Promise<ReplayDto> {
    const { scope } = await this.scopeOf(tenantId, dto);
    const { total } = await this.replays.count(scope);
    return toReplayDto(await this.replays.create(scope, dto.ratePerSecond, total));
  }

  /** The same without doing anything. */
  async count(tenantId: string, dto: CreateReplayDto): Promise<ReplayCountDto> {
    const { scope, row } = await this.scopeOf(tenantId, dto);
    const { total, sendable } = await this.replays.count(scope);
    if (scope.mode === 'failed' || !row) return { count: sendable, total, examined: total, isExact: true };
    return { total, ...(await this.missing.count({ ...scope, subscriptionUuid: row.id }, row)) };
  }

  async list(tenantId: string, { limit, cursor }: PageQuery): Promise<Page<ReplayDto>> {
    const binding = this.cursors.bind(tenantId, '/v1/replays');
    const rows = await this.replays.list(tenantId, limit + 1, readCursor(cursor, binding));
    const page = makePage(rows, limit, ({ id }) => id, binding);
    return { ...page, items: page.items.map(toReplayDto) };
  }

  find(tenantId: string, id: string): Promise<ReplayDto> {
    return shown(this.replays.find(tenantId, id));
  }

  /** Errors, as of the two below: `not_found`, `replay_ended`. */
  cancel(tenantId: string, id: string): Promise<ReplayDto> {
    return shown(this.replays.cancel(tenantId, id));
  }

  pause(tenantId: string, id: string): Promise<ReplayDto> {
    return shown(this.replays.pause(tenantId, id));
  }

  resume(tenantId: string, id: string): Promise<ReplayDto> {
    return shown(this.replays.resume(tenantId, id));
  }

  private async scopeOf(tenantId: string, dto: CreateReplayDto): Promise<{ scope: ReplayScope; row: SubscriptionRow | null }> {
    const scope = readScope(tenantId, dto);
    const row = scope.subscriptionUuid === null ? null : await this.subscription(tenantId, scope.subscriptionUuid);
    return { scope: await this.replays.closed(scope), row };
  }

  private async subscription(tenantId: string, uuid: string): Promise<SubscriptionRow> {
    const [row] = await this.subscriptions.loadByIds([uuid]);
    return requireServed(row, tenantId);
  }
}

async function shown(found: Promise<ReplayRow | null>): Promise<ReplayDto> {
  const row = await found;
  if (!row) throw notFound();
  return toReplayDto(row);
}
