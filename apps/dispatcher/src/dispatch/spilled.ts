import { Backlog } from './backlog.js';
import type { InFlight, Party } from './in-flight.js';

/** A delivery that was put on hold here, for want of a place. */
export interface SpilledDelivery extends Party {
  uuid: string;
}

/** Claims and starts these, whose places are promised. */
export type ClaimSpilled = (deliveries: SpilledDelivery[]) => Promise<void>;

/** Ids kept, about 100 bytes each; the sweep finds what goes beyond. */
const MAX_KEPT = 20_000;
/** Statements under way at once: what becomes free meanwhile shares the next. */
const MAX_CLAIMS = 2;

/**
 * Deliveries that only want a place of ours and whose ids we know, as we put them on hold ourselves. They are claimed by id, those of all
 * subscriptions in one statement, as places become free.
 */
export class Spilled {
  private readonly backlog = new Backlog();
  /** By subscription, oldest first. */
  private readonly kept = new Map<string, string[]>();
  private size = 0;
  private claims = 0;
  private isStopped = false;

  constructor(
    private readonly inFlight: InFlight,
    private readonly claim: ClaimSpilled,
  ) {}

  /** Whether some of this subscription wait here. */
  has(subscriptionUuid: string): boolean {
    return this.kept.has(subscriptionUuid);
  }

  add(delivery: SpilledDelivery): void {
    if (this.size >= MAX_KEPT) return;
    const { subscriptionUuid, tenantId, uuid } = delivery;
    const own = this.kept.get(subscriptionUuid);
    if (own) own.push(uuid);
    else this.kept.set(subscriptionUuid, [uuid]);
    this.size++;
    this.backlog.add({ subscriptionUuid, tenantId });
  }

  /** Places may have become free. What fails is the sweep's to find: it is on hold, as it was. */
  refill(): void {
    while (!this.isStopped && this.claims < MAX_CLAIMS) {
      const batch = this.deal();
      if (batch.length === 0) return;
      this.claims++;
      void this.claim(batch)
        .catch(() => undefined)
        .finally(() => {
          this.claims--;
          this.inFlight.unreserve(batch.length);
          for (const delivery of batch) this.inFlight.unreserveFor(delivery, 1);
          this.refill();
        });
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Gives out the free places by turns, and promises them. */
  private deal(): SpilledDelivery[] {
    const batch: SpilledDelivery[] = [];
    while (this.inFlight.room() > 0) {
      const party = this.backlog.next((one) => this.inFlight.roomFor(one) > 0);
      if (!party) break;
      batch.push({ ...party, uuid: this.takeFrom(party) });
      this.inFlight.reserve(1);
      this.inFlight.reserveFor(party, 1);
    }
    return batch;
  }

  private takeFrom(party: Party): string {
    const own = this.kept.get(party.subscriptionUuid)!;
    const uuid = own.shift()!;
    this.size--;
    if (own.length === 0) {
      this.kept.delete(party.subscriptionUuid);
      this.backlog.delete(party);
    }
    return uuid;
  }
}
