/** Quotas are requests a second averaged over this long: a burst may take all of it at once. */
export const WINDOW_SECONDS = 10;
const WINDOW_MS = WINDOW_SECONDS * 1_000;

/**
 * How much one key or tenant has used of the window that is running, as far as this process knows: what all gateways had told each other
 * when it last heard of it, and what has passed here since. Times are milliseconds of a clock that only goes forward.
 */
export class QuotaWindow {
  /** Of all gateways, as last heard. */
  private shared = 0;
  /** On its way to the others. */
  private telling = 0;
  private untold = 0;
  /** Counts the windows, so that an answer about an earlier one is known for it. */
  private round = 0;

  constructor(private endsAt: number) {}

  static from(now: number): QuotaWindow {
    return new QuotaWindow(now + WINDOW_MS);
  }

  used(now: number): number {
    if (this.hasEnded(now)) this.begin(now);
    return this.shared + this.telling + this.untold;
  }

  /** Milliseconds until everything is free again. */
  msLeft(now: number): number {
    return Math.max(0, this.endsAt - now);
  }

  hasEnded(now: number): boolean {
    return now >= this.endsAt;
  }

  count(points: number): void {
    this.untold += points;
  }

  /**
   * What has not been told yet, and what to call once it has been: with what all gateways together have used and how long their window
   * still lasts, or with null when nobody answered. Then this process goes by its own count: what was told in vain is not told again,
   * for it may have arrived.
   */
  tell(): { points: number; heard: (answer: { used: number; msLeft: number } | null, now: number) => void } {
    const points = this.untold;
    const { round } = this;
    this.telling = points;
    this.untold = 0;
    return {
      points,
      heard: (answer, now) => {
        if (round !== this.round) return;
        this.telling = 0;
        this.shared = answer?.used ?? this.shared + points;
        if (answer) this.endsAt = now + Math.min(answer.msLeft, WINDOW_MS);
      },
    };
  }

  private begin(now: number): void {
    this.round++;
    this.shared = this.telling = this.untold = 0;
    this.endsAt = now + WINDOW_MS;
  }
}
