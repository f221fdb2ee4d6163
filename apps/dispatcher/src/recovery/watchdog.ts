import type { InFlight } from '../dispatch/in-flight.js';

/** Looks in a bound, so that a stuck process is known for one soon after it. */
const LOOKS_PER_BOUND = 4;

/**
 * Tells a dispatcher that is stuck from one that has nothing to do: there is work as long overdue as nothing has moved here. A PING cannot
 * tell the two apart, nor can a sweep that comes to its end without taking anything. It looks by itself, because a probe must not wait for a
 * database; one that is away is no reason to be restarted.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private stuck = false;

  constructor(
    private readonly isOverdue: (forMs: number) => Promise<boolean>,
    private readonly inFlight: Pick<InFlight, 'sinceProgressMs'>,
    private readonly boundMs: number,
    private readonly onStuck: (sinceProgressMs: number) => void,
  ) {}

  get isStuck(): boolean {
    return this.stuck;
  }

  start(): void {
    this.timer = setTimeout(() => void this.look().finally(() => this.timer && this.start()), this.boundMs / LOOKS_PER_BOUND);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  async look(): Promise<void> {
    const was = this.stuck;
    this.stuck = this.inFlight.sinceProgressMs() > this.boundMs && (await this.isOverdue(this.boundMs).catch(() => false));
    if (this.stuck && !was) this.onStuck(Math.round(this.inFlight.sinceProgressMs()));
  }
}
