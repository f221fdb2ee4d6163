import type { RetentionStore, RetentionWalk } from '#store/retention.store.js';
import { Rounds } from './rounds.js';

export interface RetentionEvents {
  /** `events` and `deliveries` are gone; `isEnd`: the tenant has none left that are past its retention. */
  walked(done: { tenantId: string; looked: number; events: number; deliveries: number; isEnd: boolean }): void;
  failed(error: unknown): void;
}

/** How soon to look again: while there are walks to make, and when there is none. */
const NEXT_MS = 50;
const IDLE_MS = 30_000;
/** Batches in a row for one tenant; then it is another's turn. */
const BATCHES = 50;
/** A batch is as large as it may be in this time, and after it the database has so many times that for others. */
const BATCH_MS = 50;
const REST = 3;
const FEWEST = 10;
const MOST = 500;

/** How many events to look at next, when looking at `limit` took so long. */
export const nextLimit = (limit: number, tookMs: number): number =>
  Math.min(MOST, Math.max(FEWEST, Math.round((limit * BATCH_MS) / Math.max(tookMs, BATCH_MS / 2))));

/** Keeps tenants' own retention, far behind everything else: one small batch at a time, by whichever dispatcher takes a tenant's walk. */
export class Retention {
  private readonly rounds: Rounds;
  private limit = 100;

  constructor(
    private readonly store: RetentionStore,
    private readonly events: RetentionEvents,
  ) {
    this.rounds = new Rounds(
      () => this.round(),
      (error) => {
        this.events.failed(error);
        return IDLE_MS;
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
    const walk = await this.store.take();
    if (!walk) return IDLE_MS;
    const done = await this.walk(walk);
    await this.store.leave(walk, done.isEnd);
    if (done.looked > 0) this.events.walked({ tenantId: walk.tenantId, ...done });
    return NEXT_MS;
  }

  private async walk(walk: RetentionWalk): Promise<{ looked: number; events: number; deliveries: number; isEnd: boolean }> {
    const done = { looked: 0, events: 0, deliveries: 0, isEnd: false };
    for (let batch = 0; batch < BATCHES && !done.isEnd && !this.rounds.isStopped; batch++) {
      const startedAt = performance.now();
      const { looked, events, deliveries, isEnd } = await this.store.sweep(walk, this.limit);
      const tookMs = performance.now() - startedAt;
      done.looked += looked;
      done.events += events;
      done.deliveries += deliveries;
      done.isEnd = isEnd;
      this.limit = nextLimit(this.limit, tookMs);
      if (!isEnd) await new Promise((resolve) => setTimeout(resolve, tookMs * REST));
    }
    return done;
  }
}
