import type { ExpungeStore } from '#store/expunge.store.js';
import { Rounds } from './rounds.js';

export interface ExpungerEvents {
  ended(expunge: { id: string; tenantId: string }): void;
  failed(error: unknown): void;
}

const NEXT_MS = 50;
const IDLE_MS = 2_000;
const FAULT_MS = 5_000;

/** Carries out what was asked to be expunged, a page of events at a time. What is broken off comes back when its minute is over. */
export class Expunger {
  private readonly rounds: Rounds;

  constructor(
    private readonly store: ExpungeStore,
    private readonly events: ExpungerEvents,
  ) {
    this.rounds = new Rounds(
      () => this.round(),
      (error) => {
        this.events.failed(error);
        return FAULT_MS;
      },
    );
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(): Promise<number> {
    const expunge = await this.store.take();
    if (!expunge) return IDLE_MS;
    if (!(await this.store.step(expunge))) this.events.ended(expunge);
    return NEXT_MS;
  }
}
