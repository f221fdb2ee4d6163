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
  /** Places taken and promised. */
  private readonly bySubscription = new Map<string, number>();
  private waiters: (() => void)[] = [];
  private progressedAt = performance.now();

  constructor(private readonly limits: InFlightLimits) {}

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

  /** Promises up to `wanted` of one subscription's places in the same way. Give them back with `unreserveFor`. */
  reserveFor(subscription: string, wanted: number): number {
    const granted = Math.max(0, Math.min(wanted, this.roomFor(subscription)));
    this.count(subscription, granted);
    return granted;
  }

  unreserveFor(subscription: string, places: number): void {
    this.count(subscription, -places);
  }

  /** Takes a place. */
  enter(subscription: string): void {
    this.total++;
    this.count(subscription, 1);
    this.noteProgress();
  }

  leave(subscription: string): void {
    this.total--;
    this.count(subscription, -1);
    this.noteProgress();
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

  private count(subscription: string, change: number): void {
    const places = (this.bySubscription.get(subscription) ?? 0) + change;
    if (places > 0) this.bySubscription.set(subscription, places);
    else this.bySubscription.delete(subscription);
  }

  private wake(): void {
    const waiting = this.waiters;
    this.waiters = [];
    for (const resolve of waiting) resolve();
  }
}
