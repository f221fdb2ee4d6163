/** Runs one piece of work after the other for as long as this process lives. Each says when to begin the next, in milliseconds. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  isStopped = false;

  /** `onError`'s answer stands in for that of a round that failed. */
  constructor(
    private readonly round: () => Promise<number>,
    private readonly onError: (error: unknown) => number,
  ) {}

  start(): void {
    this.schedule(0);
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.round()
        .catch((error: unknown) => this.onError(error))
        .then((nextMs) => {
          this.running = null;
          if (!this.isStopped) this.schedule(nextMs * (0.9 + Math.random() * 0.2));
        });
    }, delayMs);
  }
}
