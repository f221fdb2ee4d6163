/** What an owner may wake in a second before the rest of it goes behind the others'. */
export const FLOOD_PER_SECOND = 200;

/** Tells a flood: more wake-ups of one owner within a second than others should have to wait for. */
export class Floods {
  private since: number;
  private readonly counts = new Map<string, number>();

  /** `nowMs` is a clock in milliseconds. */
  constructor(private readonly nowMs: () => number) {
    this.since = nowMs();
  }

  isFlood(owner: string, ids: number): boolean {
    if (this.nowMs() - this.since >= 1_000) {
      this.counts.clear();
      this.since = this.nowMs();
    }
    const count = (this.counts.get(owner) ?? 0) + ids;
    this.counts.set(owner, count);
    return count > FLOOD_PER_SECOND;
  }
}
