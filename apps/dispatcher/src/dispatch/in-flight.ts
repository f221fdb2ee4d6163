/** What bounds the requests under way in this process. */
export interface InFlightLimits {
  total: number;
  /** For a subscription that sets no shared cap of its own. */
  perSubscription: number;
}

/** Counts the requests under way, so that work is claimed only when there is room for it. */
export class InFlight {
  private total = 0;
  /** Places promised to claims that are under way. */
  private reserved = 0;
  private readonly bySubscription = new Map<string, number>();
  private waiters: (() => void)[] = [];

  constructor(private readonly limits: InFlightLimits) {}

  get size(): number {
    return this.total;
  }

  room(): number {
    return this.limits.total - this.total - this.reserved;
  }

  /** Places left for one subscription, whatever the others take. */
  roomFor(subscription: string): number {
    return this.limits.perSubscription - (this.bySubscription.get(subscription) ?? 0);
  }

  /** Promises up to `wanted` places to a claim, so that claims made side by side do not count on the same ones. Give them back with `unreserve`. */
  reserve(wanted: number): number {
    const granted = Math.max(0, Math.min(wanted, this.room()));
    this.reserved += granted;
    return granted;
  }

  unreserve(places: number): void {
    this.reserved -= places;
    if (this.waiters.length > 0) this.wake();
  }

  /** Takes a place. */
  enter(subscription: string): void {
    this.total++;
    this.bySubscription.set(subscription, (this.bySubscription.get(subscription) ?? 0) + 1);
  }

  leave(subscription: string): void {
    this.total--;
    const left = (this.bySubscription.get(subscription) ?? 1) - 1;
    if (left > 0) this.bySubscription.set(subscription, left);
    else this.bySubscription.delete(subscription);
    if (this.waiters.length > 0) this.wake();
  }

  /** Resolves when a place is free. */
  async untilRoom(): Promise<void> {
    while (this.room() <= 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  /** Resolves when nothing is under way. */
  async untilIdle(): Promise<void> {
    while (this.total > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  private wake(): void {
    const waiting = this.waiters;
    this.waiters = [];
    for (const resolve of waiting) resolve();
  }
}
