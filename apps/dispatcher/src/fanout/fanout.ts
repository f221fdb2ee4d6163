import { eventTree } from '#domain/event.js';
import { deliveryUuid } from '#domain/ids.js';
import { wants } from '#domain/match/explain.js';
import { firstDelaySeconds } from '#domain/retry-policy.js';
import { type FanoutStore, type NewDelivery, type WaitingEvent } from '#store/fanout.store.js';
import { newUuid } from '#store/new-id.js';
import { type Catalog } from '../catalog/catalog.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { InFlight } from '../dispatch/in-flight.js';

/** One event for one subscription that wants it. */
interface Match {
  waiting: WaitingEvent;
  served: ServedSubscription;
}

/** What one run decided: so many events by now have all their deliveries, and these are they. */
export interface FannedOut {
  events: number;
  matches: { tenantId: string; subscriptionId: string }[];
  tookMs: number;
}

/** Rows per statement: a fan-out to thousands commits as it goes, and one that is cut off meets its own rows when it runs again. */
const CHUNK = 1_000;

/**
 * Fans events out: match → make deliveries → start those there is room for → forget the outbox rows. May run twice for the same event, at
 * the same time or after a crash; a delivery's id is derived, so nothing is made or sent twice.
 */
export class Fanout {
  constructor(
    private readonly store: FanoutStore,
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
    private readonly inFlight: InFlight,
    private readonly leaseSlackMs: number,
    private readonly onSpill: (deliveryUuids: string[]) => void,
    private readonly onFannedOut: (done: FannedOut) => void,
  ) {}

  async run(events: WaitingEvent[]): Promise<void> {
    if (events.length === 0) return;
    const startedAt = performance.now();
    const matches = (await Promise.all(events.map((event) => this.matchesOf(event)))).flat();
    for (let i = 0; i < matches.length; i += CHUNK) await this.deliver(matches.slice(i, i + CHUNK));
    const finished = await this.store.finish(events.map(({ event }) => event.uuid));
    this.tell(matches, finished, performance.now() - startedAt);
  }

  private tell(matches: Match[], finished: Set<string>, tookMs: number): void {
    const own = matches.filter(({ waiting }) => finished.has(waiting.event.uuid));
    const told = own.map(({ waiting, served }) => ({ tenantId: waiting.event.tenantId, subscriptionId: served.id }));
    this.onFannedOut({ events: finished.size, matches: told, tookMs });
  }

  private async matchesOf(waiting: WaitingEvent): Promise<Match[]> {
    const { event: stored, catalogVersion, registryVersion } = waiting;
    const catalog = await this.catalog.tenant(stored.tenantId, catalogVersion, registryVersion);
    const tree = eventTree(stored);
    const event = catalog.registry.join(stored, tree);
    return catalog
      .candidates(stored.type)
      .filter((subscription) => wants(event, subscription))
      .map(({ id }) => ({ waiting, served: catalog.served(id) }));
  }

  private async deliver(matches: Match[]): Promise<void> {
    const room = this.inFlight.reserve(matches.length);
    const plan = this.plan(matches, room);
    await this.insertAndStart(matches, plan).finally(() => {
      this.inFlight.unreserve(room);
      for (const { start, subscriptionUuid } of plan) if (start.kind === 'now') this.inFlight.unreserveFor(subscriptionUuid, 1);
    });
    await this.passOn(plan);
  }

  private async insertAndStart(matches: Match[], plan: NewDelivery[]): Promise<void> {
    const leaseToken = newUuid();
    const claimed = await this.store.insertDeliveries(plan, leaseToken);
    matches.forEach(({ waiting: { event }, served }, i) => {
      const { uuid } = plan[i]!;
      if (!claimed.has(uuid)) return;
      this.dispatcher.start(
        {
          uuid,
          tenantId: event.tenantId,
          eventUuid: event.uuid,
          subscriptionUuid: served.id,
          leaseToken,
          trigger: 'schedule',
          attemptCount: 0,
          retriesUsed: 0,
          bodySource: null,
          catalogVersion: served.catalogVersion,
          startAfterMs: 0,
        },
        event,
        served,
      );
    });
  }

  /** Decides for each delivery how it begins; at most `places` of them at once, each with one of its subscription's places promised. */
  private plan(matches: Match[], places: number): NewDelivery[] {
    let room = places;
    return matches.map(({ waiting: { event }, served }) => {
      const start = this.startOf(served, room);
      if (start.kind === 'now') room--;
      return {
        uuid: deliveryUuid(event.uuid, served.id),
        tenantId: event.tenantId,
        eventUuid: event.uuid,
        subscriptionUuid: served.id,
        eventType: event.type,
        start,
      };
    });
  }

  private startOf(served: ServedSubscription, room: number): NewDelivery['start'] {
    const delayMs = firstDelaySeconds(served.spec.failureHandling.retry) * 1_000;
    if (delayMs > 0) return { kind: 'due', delayMs };
    if (served.isLimited) return { kind: 'held' };
    if (room <= 0) return { kind: 'due', delayMs: 0 };
    if (this.inFlight.reserveFor(served.id, 1) === 0) return { kind: 'held' };
    return { kind: 'now', leaseMs: served.spec.timeoutMs + this.leaseSlackMs };
  }

  /** Held deliveries are released within their subscription's bounds; what found no room here is for any dispatcher that has some. */
  private async passOn(plan: NewDelivery[]): Promise<void> {
    const held = new Set<string>();
    const spilled: string[] = [];
    for (const { start, uuid, subscriptionUuid } of plan) {
      if (start.kind === 'held') held.add(subscriptionUuid);
      else if (start.kind === 'due' && start.delayMs === 0) spilled.push(uuid);
    }
    if (spilled.length > 0) this.onSpill(spilled);
    for (const subscription of held) await this.dispatcher.takeHeld(subscription);
  }
}
