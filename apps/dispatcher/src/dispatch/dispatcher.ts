import type { StoredEvent } from '#domain/event.js';
import { DomainError } from '#domain/errors.js';
import { type Claimed, type ClaimResult, type ClaimStore, type FrozenBody } from '#store/claim.store.js';
import { newUuid } from '#store/new-id.js';
import { type FinishedAttempt, type Recorded, type RecordStore } from '#store/record.store.js';
import { type Catalog } from '../catalog/catalog.js';
import { treeOf } from '../catalog/event-trees.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import type { Attempted, Work } from './attempt.js';
import type { BreakerChange, Breakers } from './breakers.js';
import { Held } from './held.js';
import type { InFlight, Party } from './in-flight.js';
import { Spilled, type SpilledDelivery } from './spilled.js';

export interface DispatchTiming {
  leaseSlackMs: number;
  /** How far ahead a rate-limited subscription's places are handed out. */
  horizonMs: number;
}

/** What a dispatcher tells about its work; logging and metrics listen. */
export interface DispatchEvents {
  /** `acceptedAt`: of its event, ISO 8601. */
  attempted(finished: FinishedAttempt, recorded: Recorded, acceptedAt: string): void;
  timed(stage: 'claim' | 'record', ms: number): void;
  /** Deliveries were claimed that had been due for so long, because the sweep found them or somebody was woken for them. */
  claimed(by: 'sweep' | 'wake', waitsMs: number[]): void;
  /** `error` only where it is a defect. */
  faulted(claim: Claimed, code: string, error?: unknown): void;
  breakerChanged(claim: Claimed, change: BreakerChange): void;
}

/** After a fault of ours a delivery waits this long before it is claimed again. */
const FAULT_PAUSE_MS = 5_000;
const RECORD_RETRY_MS = 250;
const DEEP_LOOK_EVERY_MS = 10_000;

/**
 * Sends claimed deliveries: load → attempt → record, then takes the next held ones of the subscription whose place became free.
 * `start` returns at once; the lease in Postgres guards each delivery from then on.
 */
export class Dispatcher {
  private readonly held: Held;
  private readonly spilled: Spilled;
  /** Claims under way, for release when the process stops. */
  private readonly open = new Set<Claimed>();
  private isStopping = false;
  private lookedDeeplyAt = -Infinity;
  private readonly stopped = new Promise<void>((resolve) => (this.signalStop = resolve));
  private signalStop!: () => void;
  /** Told when a delivery will be due again, in milliseconds from now. */
  onDueIn: (delayMs: number) => void = () => undefined;

  constructor(
    private readonly claims: ClaimStore,
    private readonly records: RecordStore,
    private readonly catalog: Catalog,
    private readonly inFlight: InFlight,
    private readonly breakers: Breakers,
    private readonly attempt: (work: Work) => Promise<Attempted>,
    private readonly timing: DispatchTiming,
    private readonly events: DispatchEvents,
  ) {
    this.spilled = new Spilled(inFlight, (deliveries) => this.claimSpilled(deliveries));
    this.held = new Held(
      inFlight,
      (party, room) => this.claimHeld(party, room),
      (subscription) => this.spilled.has(subscription),
    );
  }

  /** A lease token and the slack that goes with it, for one claim. */
  lease(): { leaseToken: string; leaseSlackMs: number } {
    return { leaseToken: newUuid(), leaseSlackMs: this.timing.leaseSlackMs };
  }

  /**
   * Claims these deliveries as far as there is room; the rest stays due for others. Resolves to how many of them, from the first on, need no
   * further look of ours: all, once this process stops.
   */
  async claimByIds(uuids: string[]): Promise<number> {
    let tried = 0;
    await this.claim('wake', uuids.length, (room) => {
      tried = room;
      return this.claims.claimByIds(uuids.slice(0, room), this.lease());
    });
    return this.isStopping ? uuids.length : tried;
  }

  /** Claims what is due and looks through `limit` of it; resolves to whether there may be more that it can do something about. */
  claimDue(limit: number): Promise<boolean> {
    const { perSubscription } = this.inFlight.limits;
    return this.claim('sweep', limit, (room) => this.claims.claimDue(limit, this.lease(), { room, perSubscription }));
  }

  /** Starts what a claim found and looks after what it put on hold. Resolves to whether it found all that it looked for. */
  private async claim(by: 'sweep' | 'wake', limit: number, find: (room: number) => Promise<ClaimResult>): Promise<boolean> {
    const found = await this.withRoom(limit, async (room) => {
      const { claimed, held, waitsMs } = await this.timed('claim', () => find(room));
      this.events.claimed(by, waitsMs);
      const surplus = await this.startWhatFits(claimed);
      return { held, surplus, isFull: claimed.length + held.length >= limit };
    });
    if (!found) return false;
    this.spill(found.surplus);
    await this.takeHeld(found.held);
    return found.isFull;
  }

  /** The same, without making its caller wait: what fails here is the sweep's to find. */
  takeHeldSoon(parties: Party[]): void {
    this.takeHeld(parties).catch(() => undefined);
  }

  /**
   * A sweep found deliveries on hold. Those of a subscription whose deliveries are claimed by id as it is are left to that, except every ten
   * seconds for what others left there: under load sweeps follow each other closely, and each such look costs a claim per subscription.
   */
  async takeFound(parties: Party[]): Promise<void> {
    const isDeep = performance.now() - this.lookedDeeplyAt >= DEEP_LOOK_EVERY_MS;
    if (isDeep) this.lookedDeeplyAt = performance.now();
    await this.takeHeld(parties.filter(({ subscriptionUuid }) => isDeep || !this.spilled.has(subscriptionUuid)));
  }

  /** Deliveries of these subscriptions were put on hold just now: they go as far as there is room, and the rest as places become free. */
  async takeHeld(parties: Party[]): Promise<void> {
    for (const party of eachOnce(parties)) await this.held.take(party);
  }

  /** Deliveries were put on hold that want no more than a place here. */
  spill(deliveries: SpilledDelivery[]): void {
    for (const delivery of deliveries) this.spilled.add(delivery);
    this.spilled.refill();
  }

  /** Places that were promised were given back unused: what is on hold may have looked for room in vain meanwhile. */
  placesGivenBack(): void {
    // First those that are claimed many at a time.
    this.spilled.refill();
    this.held.refill();
  }

  /** Starts deliveries that were claimed with their events at hand, as the fan-out does. */
  start(claim: Claimed, event: StoredEvent, served: ServedSubscription, frozen?: FrozenBody): void {
    this.inFlight.enter(claim);
    this.open.add(claim);
    void this.carryOut({ claim, event: { stored: event, tree: treeOf(event) }, served, frozen });
  }

  /** Places taken by replayed deliveries: in all, and by those of one subscription. */
  replaying(subscription: string): { all: number; own: number } {
    const replayed = [...this.open].filter(({ trigger }) => trigger === 'replay');
    return { all: replayed.length, own: replayed.filter(({ subscriptionUuid }) => subscriptionUuid === subscription).length };
  }

  /** Stops claiming, waits for what is under way up to the deadline, and gives the rest back unsent. */
  async stop(deadlineMs: number): Promise<{ released: number }> {
    this.isStopping = true;
    this.held.stop();
    this.spilled.stop();
    this.signalStop();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, deadlineMs)));
    await Promise.race([this.inFlight.untilIdle(), deadline]);
    clearTimeout(timer);
    const left = [...this.open];
    await this.claims.release(left);
    for (const claim of left) this.open.delete(claim);
    return { released: left.length };
  }

  /** Runs a claim with as many places as there are, up to `wanted`; not at all when there is none. */
  private async withRoom<T>(wanted: number, claim: (room: number) => Promise<T>): Promise<T | undefined> {
    const room = this.isStopping ? 0 : this.inFlight.reserve(wanted);
    if (room === 0) return undefined;
    try {
      return await claim(room);
    } finally {
      this.inFlight.unreserve(room);
      this.placesGivenBack();
    }
  }

  /**
   * Starts what was claimed without regard to whose places it takes here, as far as there are any, and puts the rest on hold. So many
   * deliveries that come due together, of one tenant or to endpoints that are slow, do not take everybody's places. Returns those put on hold.
   */
  private async startWhatFits(claimed: Claimed[]): Promise<Claimed[]> {
    const fits = claimed.map((claim) => this.inFlight.reserveFor(claim, 1) === 1);
    const fitting = claimed.filter((_, i) => fits[i]);
    const surplus = claimed.filter((_, i) => !fits[i]);
    try {
      await Promise.all([this.startClaimed(fitting), this.claims.hold(surplus)]);
    } finally {
      for (const claim of fitting) this.inFlight.unreserveFor(claim, 1);
    }
    return surplus;
  }

  /** What its subscription holds back by now goes the way of all that is held for that. */
  private async claimSpilled(deliveries: SpilledDelivery[]): Promise<void> {
    const { claimed, held } = await this.timed('claim', () =>
      this.claims.claimSpilled(
        deliveries.map(({ uuid }) => uuid),
        this.lease(),
      ),
    );
    await this.startClaimed(claimed);
    this.takeHeldSoon(held);
  }

  private async claimHeld({ subscriptionUuid }: Party, room: number): Promise<number> {
    const askedAt = performance.now();
    const found = await this.timed('claim', () =>
      this.claims.claimHeld(subscriptionUuid, room, { ...this.lease(), horizonMs: this.timing.horizonMs }),
    );
    // Slots count from the moment of asking: an answer that took its time must not push its requests into the next claim's slots.
    const waitedMs = performance.now() - askedAt;
    await this.startClaimed(found.map((claim) => ({ ...claim, startAfterMs: Math.max(0, claim.startAfterMs - waitedMs) })));
    return found.length;
  }

  /** Starts what was claimed; when it cannot even be loaded it is given back, so that a database that blinks is not taken for a crash. */
  private async startClaimed(claimed: Claimed[]): Promise<void> {
    try {
      await this.loadAndStart(claimed);
    } catch (error) {
      await this.claims.release(claimed).catch(() => undefined);
      throw error;
    }
  }

  private async loadAndStart(claimed: Claimed[]): Promise<void> {
    if (claimed.length === 0) return;
    const [{ events, bodies }, served] = await Promise.all([this.claims.loadWork(claimed), this.catalog.served(claimed)]);
    // Expunged between the claim and now: there is nothing left to send, and giving it back ends it.
    const isExpunged = (claim: Claimed): boolean => Boolean(events.get(claim.eventUuid)?.expungedAt);
    await this.claims.release(claimed.filter(isExpunged));
    for (const claim of claimed.filter((one) => !isExpunged(one))) {
      const event = events.get(claim.eventUuid);
      const subscription = served.get(claim.subscriptionUuid);
      if (event && subscription) this.start(claim, event, subscription, bodies.get(claim.uuid));
    }
  }

  private async carryOut(work: Work): Promise<void> {
    const { claim } = work;
    try {
      if (claim.startAfterMs > 0) await this.untilItsSlot(claim.startAfterMs);
      if (this.isStopping && claim.startAfterMs > 0) return await this.claims.release([claim]);
      const attempted = await this.attempt(work);
      // Given back when this process stopped: its request was cut off by us, which says nothing about the endpoint.
      if (!this.open.has(claim)) return;
      if (attempted.kind === 'finished') await this.finish(attempted.attempt, work);
      else await this.fault(claim, attempted.code);
    } catch (error) {
      const fault = error instanceof DomainError ? this.fault(claim, error.code) : this.fault(claim, 'internal_error', error);
      // What cannot even be put off comes back when its lease ends.
      await fault.catch(() => undefined);
    } finally {
      this.open.delete(claim);
      this.inFlight.leave(claim);
      // A shared cap holds deliveries that other processes put there, and a key the one that comes after this.
      if (work.served.takesTurns) this.held.expect(claim);
      this.placesGivenBack();
    }
  }

  private untilItsSlot(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.stopped.then(() => {
        clearTimeout(timer);
        resolve();
      }, resolve);
    });
  }

  private async finish(finished: FinishedAttempt, work: Work): Promise<void> {
    const recorded = await this.timed('record', () => this.persist(work.claim, () => this.records.record(finished)));
    this.events.attempted(finished, recorded, work.event.stored.acceptedAt);
    if (finished.outcome.kind === 'retry') this.onDueIn(finished.outcome.delaySeconds * 1_000);
    await this.tellBreaker(finished);
  }

  /** The attempt is on record whatever happens here: a probe that cannot be settled is followed by another when its lease is over. */
  private async tellBreaker(finished: FinishedAttempt): Promise<void> {
    try {
      const change = await this.breakers.note(finished);
      if (change) this.events.breakerChanged(finished.claim, change);
      if (change?.to === 'closed') this.held.expect(finished.claim);
    } catch (error) {
      this.events.faulted(finished.claim, 'breaker_failed', error);
    }
  }

  /** Tells how long it took, if it succeeded. */
  private async timed<T>(stage: 'claim' | 'record', work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    this.events.timed(stage, performance.now() - startedAt);
    return result;
  }

  /** What has become of a claim must not be lost to a database that is away: tried again until the lease ends and others would send anew. */
  private async persist<T>(claim: Claimed, write: () => Promise<T>): Promise<T> {
    const giveUpAt = performance.now() + this.timing.leaseSlackMs;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (performance.now() > giveUpAt) throw error;
        this.events.faulted(claim, 'record_failed');
        await new Promise((resolve) => setTimeout(resolve, RECORD_RETRY_MS));
      }
    }
  }

  private async fault(claim: Claimed, code: string, error?: unknown): Promise<void> {
    this.events.faulted(claim, code, error);
    await this.persist(claim, () => this.claims.postpone([claim], FAULT_PAUSE_MS));
  }
}

/** Parties by their subscription. */
const eachOnce = (parties: Party[]): Party[] => [...new Map(parties.map((party) => [party.subscriptionUuid, party])).values()];
