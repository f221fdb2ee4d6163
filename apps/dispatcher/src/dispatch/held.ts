import { Backlog } from './backlog.js';
import type { InFlight, Party } from './in-flight.js';

/** Claims and starts held deliveries of one subscription; resolves to how many. */
export type ClaimHeld = (party: Party, room: number) => Promise<number>;

/** Lets deliveries on hold go as far as there is room here, for their subscription, their tenant and their endpoint's lane. */
export class Held {
  private readonly backlog = new Backlog();
  private readonly draining = new Set<string>();
  /** Those of them that got more on hold meanwhile: what is being claimed may not have seen it. */
  private readonly again = new Set<string>();
  private isStopped = false;

  constructor(
    private readonly inFlight: InFlight,
    private readonly claim: ClaimHeld,
    /** Whether what a subscription has on hold is claimed by other means: then one look is enough, for what others left there. */
    private readonly isSeenTo: (subscriptionUuid: string) => boolean = () => false,
  ) {}

  /** Deliveries of this subscription were put on hold just now: release what it has room for, and the rest as places become free. */
  async take(party: Party): Promise<void> {
    this.backlog.add(party);
    if (this.draining.has(party.subscriptionUuid)) this.again.add(party.subscriptionUuid);
    else await this.drain(party);
  }

  /** Something ended that held deliveries of this subscription back, here or in other processes: the next refill looks. */
  expect(party: Party): void {
    this.backlog.add(party);
    if (this.draining.has(party.subscriptionUuid)) this.again.add(party.subscriptionUuid);
  }

  /** A place became free: the next in turn takes it. One that another process' places hold back waits for the sweep instead. */
  refill(): void {
    while (!this.isStopped && this.inFlight.room() > 0) {
      const party = this.backlog.next((one) => !this.draining.has(one.subscriptionUuid) && this.inFlight.roomFor(one) > 0);
      if (!party) return;
      // A claim for each of them alone would keep the places from those that are claimed together.
      if (this.isSeenTo(party.subscriptionUuid)) this.backlog.delete(party);
      else void this.drain(party).catch(() => undefined);
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Takes held deliveries of a subscription while it and we have room. One drain per subscription at a time. */
  private async drain(party: Party): Promise<void> {
    const { subscriptionUuid } = party;
    if (this.draining.has(subscriptionUuid) || this.isStopped) return;
    this.draining.add(subscriptionUuid);
    try {
      while ((await this.drainOnce(party)) || this.again.delete(subscriptionUuid)) this.backlog.add(party);
    } finally {
      this.draining.delete(subscriptionUuid);
    }
    // What it did not want is for the next in turn: no request may be left whose end would offer it.
    this.refill();
  }

  /** Resolves to whether there may be more that fits. One that got less than it had room for has no more, or a bound of its own. */
  private async drainOnce(party: Party): Promise<boolean> {
    const own = this.inFlight.reserveFor(party, this.inFlight.room());
    const room = this.inFlight.reserve(own);
    try {
      if (room === 0 || this.isStopped) return false;
      const claimed = await this.claim(party, room);
      const isDone = claimed < room || this.isSeenTo(party.subscriptionUuid);
      if (isDone) this.backlog.delete(party);
      return !isDone;
    } finally {
      this.inFlight.unreserve(room);
      this.inFlight.unreserveFor(party, own);
    }
  }
}
