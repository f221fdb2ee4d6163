const MEASURE_EVERY_MS = 60_000;
const READINGS = 3;
/** An answer that took longer says too little about when it was given. */
const MAX_ROUND_TRIP_MS = 1_000;
/** Beyond this somebody should mend the machine's clock, though nothing here depends on it. */
const TOLERATED_MS = 2_000;

export interface ClockOptions {
  /** Milliseconds since 1970 by the database's clock. */
  ask(): Promise<number>;
  onSkewed(offsetMs: number): void;
}

/**
 * The time as Postgres has it, for what leaves this process: signatures, the start of an attempt, a date that a receiver names. When
 * something is due is decided by Postgres itself. The offset is measured at the start and every minute; until then, and while Postgres is
 * away, the last one counts.
 */
export class Clock {
  private timer: NodeJS.Timeout | undefined;
  private offset = 0;

  constructor(private readonly options: ClockOptions) {}

  readonly nowMs = (): number => Date.now() + this.offset;

  /** How much later the database's clock is than ours, in milliseconds. */
  get offsetMs(): number {
    return this.offset;
  }

  /** Resolves after the first measurement, be it that none was had. */
  async start(): Promise<void> {
    await this.measure().catch(() => undefined);
    this.timer = setInterval(() => void this.measure().catch(() => undefined), MEASURE_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The quickest answer tells best: the first over a new connection comes late, whenever the clock was read. */
  async measure(): Promise<void> {
    let best = await this.read();
    for (let i = 1; i < READINGS; i++) {
      const next = await this.read();
      if (next.roundTripMs < best.roundTripMs) best = next;
    }
    if (best.roundTripMs > MAX_ROUND_TRIP_MS) return;
    this.offset = best.offset;
    if (Math.abs(this.offset) > TOLERATED_MS) this.options.onSkewed(this.offset);
  }

  private async read(): Promise<{ offset: number; roundTripMs: number }> {
    const asked = Date.now();
    const there = await this.options.ask();
    const answered = Date.now();
    return { offset: Math.round(there - (asked + answered) / 2), roundTripMs: answered - asked };
  }
}
