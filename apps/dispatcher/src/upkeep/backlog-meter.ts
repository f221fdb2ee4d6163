import type { BacklogStore } from '#store/backlog.store.js';

/** Asks so many times per interval whether it is time: whichever dispatcher asks first measures for all. */
const ASKED_PER_INTERVAL = 2;

/** Has the backlog measured, as long as this process runs. */
export class BacklogMeter {
  private timer: NodeJS.Timeout | undefined;
  private measuring: Promise<void> | null = null;
  private isStopped = false;

  constructor(
    private readonly store: BacklogStore,
    private readonly intervalMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.measuring;
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.measuring = this.measure().finally(() => {
        this.measuring = null;
        if (!this.isStopped) this.schedule((this.intervalMs / ASKED_PER_INTERVAL) * (0.9 + Math.random() * 0.2));
      });
    }, delayMs);
  }

  private async measure(): Promise<void> {
    try {
      await this.store.measureIfDue(this.intervalMs);
    } catch (error) {
      this.onError(error);
    }
  }
}
