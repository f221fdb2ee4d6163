import type { Lane } from '#domain/lane.js';

/** What bounds the requests under way in this process. */
export interface InFlightLimits {
  total: number;
  /** For a subscription that sets no shared cap of its own. */
  perSubscription: number;
  /** For all subscriptions of one tenant together. */
  perTenant: number;
  /** For all slow endpoints together. */
  slow: number;
}

/** Whose request it is. A claim is one. */
export interface Party {
  subscriptionUuid: string;
  tenantId: string;
}

/** A request under way, or one that waits for its slot. */
export interface Request extends Party {
  startAfterMs: number;
}

/** The lane of a subscription's endpoint, whose longest request under way has been so for `oldestMs`. */
export type LaneOf = (subscriptionUuid: string, oldestMs: number) => Lane;

const LANES_KEPT_MS = 20;

/** Of all places: so many are worth a statement of their own. A claim or a fan-out of many does not go for one free place at a time. */
const WORTHWHILE = 1 / 8;

/** Places by lane, taken and promised; of each tenant those that are slow or unproven. */
interface Lanes {
  slow: number;
  /** Slow and unproven together. */
  doubtful: number;
  doubtfulByTenant: Map<string, number>;
}

/**
 * Counts the requests under way, so that work is claimed only when there is room for it: in all, and for each subscription, tenant and lane.
 * Slow endpoints have their share together; slow and unproven ones together leave the same share to those that have proven themselves, of
 * all places and of their tenant's.
 */
export class InFlight {
  private total = 0;
  /** Places promised to claims that are under way. */
  private reserved = 0;
  /** Places taken and promised. */
  private readonly bySubscription = new Map<string, { tenantId: string; places: number }>();
  private readonly byTenant = new Map<string, number>();
  /** When the requests under way began, in milliseconds of this process's clock; by subscription, in about that order. */
  private readonly began = new Map<string, Map<Request, number>>();
  private lanes: { atMs: number; lanes: Lanes } | null = null;
  private waiters: { wanted: number; resolve: () => void }[] = [];
  /** Places that a tenant's flood leaves to the others. */
  readonly spare: number;
  private progressedAt = performance.now();

  constructor(
    readonly limits: Readonly<InFlightLimits>,
    private readonly laneOf: LaneOf,
  ) {
    this.spare = limits.total - limits.perTenant;
  }

  get size(): number {
    return this.total;
  }

  /** How long ago a request began or ended here, or an event was fanned out, in milliseconds. */
  sinceProgressMs(): number {
    return performance.now() - this.progressedAt;
  }

  noteProgress(): void {
    this.progressedAt = performance.now();
  }

  /** Places left, but for those to `keep`. Below zero for the moment in which what was promised has begun and its promise is not yet given back. */
  room(keep = 0): number {
    return this.limits.total - keep - this.total - this.reserved;
  }

  /** Places left for one subscription, whatever is left in all. */
  roomFor({ subscriptionUuid, tenantId }: Party): number {
    const own = this.limits.perSubscription - (this.bySubscription.get(subscriptionUuid)?.places ?? 0);
    const tenants = this.limits.perTenant - (this.byTenant.get(tenantId) ?? 0);
    const plain = Math.max(0, Math.min(own, tenants));
    return plain === 0 ? 0 : Math.max(0, Math.min(plain, this.roomInLane(subscriptionUuid, tenantId)));
  }

  /** Promises up to `wanted` places to a claim, so that claims made side by side do not count on the same ones. Give them back with `unreserve`. */
  reserve(wanted: number, keep = 0): number {
    const granted = Math.max(0, Math.min(wanted, this.room(keep)));
    this.reserved += granted;
    return granted;
  }

  unreserve(places: number): void {
    this.reserved -= places;
    if (this.waiters.length > 0) this.wake();
  }

  /** Promises up to `wanted` of one subscription's places in the same way. Give them back with `unreserveFor`. */
  reserveFor(party: Party, wanted: number): number {
    const granted = Math.max(0, Math.min(wanted, this.roomFor(party)));
    this.count(party, granted);
    return granted;
  }

  unreserveFor(party: Party, places: number): void {
    this.count(party, -places);
  }

  /** Takes a place. */
  enter(request: Request): void {
    this.total++;
    this.count(request, 1);
    const began = this.began.get(request.subscriptionUuid) ?? new Map<Request, number>();
    this.began.set(request.subscriptionUuid, began.set(request, performance.now() + request.startAfterMs));
    this.noteProgress();
  }

  leave(request: Request): void {
    this.total--;
    this.count(request, -1);
    const began = this.began.get(request.subscriptionUuid);
    began?.delete(request);
    if (began?.size === 0) this.began.delete(request.subscriptionUuid);
    this.noteProgress();
    if (this.waiters.length > 0) this.wake();
  }

  /** Resolves when as many places are free as are wanted, beside those to `keep`, or enough of them to be worth a statement. */
  async untilRoom(wanted = 1, keep = 0): Promise<void> {
    const enough = Math.max(1, Math.min(wanted, Math.ceil((this.limits.total - keep) * WORTHWHILE)));
    while (this.room(keep) < enough) await new Promise<void>((resolve) => this.waiters.push({ wanted: enough, resolve }));
  }

  /** Resolves when nothing is under way. */
  async untilIdle(): Promise<void> {
    while (this.total > 0) await new Promise<void>((resolve) => this.waiters.push({ wanted: 0, resolve }));
  }

  /** A new endpoint's first request may take any place, so that it can prove itself while others hang; and one slow one can always go on. */
  private roomInLane(subscription: string, tenant: string): number {
    const lane = this.lane(subscription);
    if (lane === 'proven') return Infinity;
    const { total, perTenant, slow: share } = this.limits;
    const { slow, doubtful, doubtfulByTenant } = this.countLanes();
    const shared = Math.min(total - share - doubtful, perTenant - share - (doubtfulByTenant.get(tenant) ?? 0));
    if (lane === 'slow') return Math.min(share - slow, slow === 0 ? Math.max(shared, 1) : shared);
    return this.bySubscription.has(subscription) ? shared : Math.max(shared, 1);
  }

  /** Counted anew when a place was taken or given back, and once in a while for those that turned slow meanwhile. */
  private countLanes(): Lanes {
    const nowMs = performance.now();
    if (this.lanes === null || nowMs - this.lanes.atMs > LANES_KEPT_MS) {
      const lanes: Lanes = { slow: 0, doubtful: 0, doubtfulByTenant: new Map() };
      for (const [subscription, { places, tenantId }] of this.bySubscription) {
        const lane = this.lane(subscription);
        if (lane === 'proven') continue;
        if (lane === 'slow') lanes.slow += places;
        lanes.doubtful += places;
        add(lanes.doubtfulByTenant, tenantId, places);
      }
      this.lanes = { atMs: nowMs, lanes };
    }
    return this.lanes.lanes;
  }

  private lane(subscription: string): Lane {
    const oldest = this.began.get(subscription)?.values().next().value;
    return this.laneOf(subscription, oldest === undefined ? 0 : performance.now() - oldest);
  }

  private count({ subscriptionUuid, tenantId }: Party, change: number): void {
    if (change === 0) return;
    this.lanes = null;
    const places = (this.bySubscription.get(subscriptionUuid)?.places ?? 0) + change;
    if (places > 0) this.bySubscription.set(subscriptionUuid, { tenantId, places });
    else this.bySubscription.delete(subscriptionUuid);
    add(this.byTenant, tenantId, change);
  }

  private wake(): void {
    // Who wants one place goes before who wants many: a lone event does not wait until a flood has had its fill.
    const waiting = this.waiters.sort((a, b) => a.wanted - b.wanted);
    this.waiters = [];
    for (const { resolve } of waiting) resolve();
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const places = (counts.get(key) ?? 0) + change;
  if (places > 0) counts.set(key, places);
  else counts.delete(key);
}
