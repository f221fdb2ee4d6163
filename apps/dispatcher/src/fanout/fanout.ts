import type { StoredEvent } from '#domain/event.js';
import { deliveryUuid } from '#domain/ids.js';
import { wants } from '#domain/match/explain.js';
import { firstDelaySeconds } from '#domain/retry-policy.js';
import { type FanoutStore, type NewDelivery, type WaitingEvent } from '#store/fanout.store.js';
import { newUuid } from '#store/new-id.js';
import { type Catalog } from '../catalog/catalog.js';
import { treeOf } from '../catalog/event-trees.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { InFlight, Party } from '../dispatch/in-flight.js';
import { Blocked } from './blocked.js';

/** One event for one subscription that wants it. */
interface Match {
  waiting: WaitingEvent;
  served: ServedSubscription;
  /** What its delivery is ordered by; null: nothing. */
  orderKey: string | null;
}

/** What one run decided: these events by now have all their deliveries, and these are they. */
export interface FannedOut {
  events: StoredEvent[];
  matches: { eventUuid: string; tenantId: string; subscriptionId: string }[];
  tookMs: number;
}

/** Rows per statement: a fan-out to thousands commits as it goes, and one that is cut off meets its own rows when it runs again. */
const CHUNK = 1_000;

/**
 * Fans events out: match → make deliveries and forget the outbox rows → start those there is room for. May run twice for the same event, at
 * the same time or after a crash; a delivery's id is derived, so nothing is made or sent twice.
 */
export class Fanout {
  private readonly blocked = new Blocked();

  constructor(
    private readonly store: FanoutStore,
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
    private readonly inFlight: InFlight,
    private readonly leaseSlackMs: number,
    private readonly onSpill: (deliveryUuids: string[]) => void,
    private readonly onFannedOut: (done: FannedOut) => void,
  ) {}

  /** `onMatched`: places that were kept for these events may be given back, as it is known who wants what: they are taken at once. */
  async run(events: WaitingEvent[], onMatched: () => void = () => undefined): Promise<void> {
    if (events.length === 0) return;
    const startedAt = performance.now();
    const matches = (await Promise.all(events.map((event) => this.matchesOf(event)))).flat();
    const release = this.blocked.begin(
      matches.filter(({ orderKey }) => orderKey !== null).map(({ waiting, served }) => partyOf(waiting, served)),
    );
    try {
      onMatched();
      let rest = matches;
      for (; rest.length > CHUNK; rest = rest.slice(CHUNK)) await this.deliver(rest.slice(0, CHUNK), []);
      const finished = await this.deliver(
        rest,
        events.map(({ event }) => event.uuid),
      );
      this.tell(events, matches, finished, performance.now() - startedAt);
    } finally {
      this.dispatcher.takeHeldSoon(release());
    }
    this.inFlight.noteProgress();
  }

  private tell(waiting: WaitingEvent[], matches: Match[], finished: Set<string>, tookMs: number): void {
    const events = waiting.map(({ event }) => event).filter(({ uuid }) => finished.has(uuid));
    const own = matches.filter(({ waiting: { event } }) => finished.has(event.uuid));
    const told = own.map(({ waiting: { event }, served }) => ({
      eventUuid: event.uuid,
      tenantId: event.tenantId,
      subscriptionId: served.id,
    }));
    this.onFannedOut({ events, matches: told, tookMs });
  }

  private async matchesOf(waiting: WaitingEvent): Promise<Match[]> {
    const { event: stored, catalogVersion, registryVersion } = waiting;
    const catalog = await this.catalog.tenant(stored.tenantId, catalogVersion, registryVersion);
    const tree = treeOf(stored);
    const event = catalog.registry.join(stored, tree);
    return catalog
      .candidates(stored.type)
      .filter((subscription) => wants(event, subscription))
      .map(({ id }) => {
        const served = catalog.served(id);
        return { waiting, served, orderKey: served.orderKey(tree) };
      });
  }

  /** `complete`: events of which these are the last deliveries. Resolves to those of them that nobody else had finished before. */
  private async deliver(matches: Match[], complete: string[]): Promise<Set<string>> {
    const plan = this.plan(matches);
    const promised = plan.filter(({ start }) => start.kind === 'now');
    const finished = await this.insertAndStart(matches, plan, complete).finally(() => {
      this.inFlight.unreserve(promised.length);
      for (const party of promised) this.inFlight.unreserveFor(party, 1);
    });
    this.passOn(plan);
    this.dispatcher.placesGivenBack();
    return finished;
  }

  private async insertAndStart(matches: Match[], plan: NewDelivery[], complete: string[]): Promise<Set<string>> {
    const leaseToken = newUuid();
    const { claimed, finished } = await this.store.insertDeliveries(plan, leaseToken, complete);
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
          probe: null,
        },
        event,
        served,
      );
    });
    return finished;
  }

  /** Decides for each delivery how it begins; those at once have their places promised, and no more than theirs. */
  private plan(matches: Match[]): NewDelivery[] {
    return matches.map(({ waiting: { event }, served, orderKey }) => ({
      uuid: deliveryUuid(event.uuid, served.id),
      tenantId: event.tenantId,
      eventUuid: event.uuid,
      subscriptionUuid: served.id,
      eventType: event.type,
      orderKey,
      start: this.startOf(served, event.tenantId, orderKey !== null),
    }));
  }

  private startOf(served: ServedSubscription, tenantId: string, isOrdered: boolean): NewDelivery['start'] {
    const delayMs = firstDelaySeconds(served.spec.failureHandling.retry) * 1_000;
    if (delayMs > 0) return { kind: 'due', delayMs };
    if (served.isLimited || isOrdered) return { kind: 'held' };
    const party = { subscriptionUuid: served.id, tenantId };
    if (this.inFlight.reserveFor(party, 1) === 0) return { kind: 'held', wantsPlace: true };
    if (this.inFlight.reserve(1) === 1) return { kind: 'now', leaseMs: served.spec.timeoutMs + this.leaseSlackMs };
    this.inFlight.unreserveFor(party, 1);
    return { kind: 'due', delayMs: 0 };
  }

  /**
   * Held deliveries are released within their subscription's bounds; what found no room here is for any dispatcher that has some. Events
   * that come after these do not wait for it.
   */
  private passOn(plan: NewDelivery[]): void {
    const spilled = plan.filter(({ start }) => start.kind === 'due' && start.delayMs === 0);
    for (const { start } of plan) if (start.kind === 'due' && start.delayMs > 0) this.dispatcher.onDueIn(start.delayMs);
    if (spilled.length > 0) this.onSpill(spilled.map(({ uuid }) => uuid));
    this.dispatcher.spill(plan.filter(({ start }) => start.kind === 'held' && start.wantsPlace));
    this.dispatcher.takeHeldSoon(plan.filter(({ start }) => start.kind === 'held' && !start.wantsPlace));
  }
}

const partyOf = ({ event }: WaitingEvent, { id }: ServedSubscription): Party => ({ tenantId: event.tenantId, subscriptionUuid: id });
