/** What an owner may wake in a second before the rest of it counts as a flood. */
export const FLOOD_PER_SECOND = 200;

const WINDOW_MS = 1_000;

/** Tells a flood: more wake-ups of one owner within a second than others should have to wait for. It lasts until a second without that. */
export class Floods {
  private since: number;
  private counts = new Map<string, number>();
  private before = new Map<string, number>();

  /** `nowMs` is a clock in milliseconds. */
  constructor(private readonly nowMs: () => number) {
    this.since = nowMs();
  }

  isFlood(owner: string, ids: number): boolean {
    this.turn(this.nowMs() - this.since);
    const count = (this.counts.get(owner) ?? 0) + ids;
    this.counts.set(owner, count);
    return Math.max(count, this.before.get(owner) ?? 0) > FLOOD_PER_SECOND;
  }

  private turn(passedMs: number): void {
    if (passedMs < WINDOW_MS) return;
    this.before = passedMs < 2 * WINDOW_MS ? this.counts : new Map<string, number>();
    this.counts = new Map();
    this.since += Math.floor(passedMs / WINDOW_MS) * WINDOW_MS;
  }
}
