interface Waiting<In, Out> {
  item: In;
  /** Until when those that came later may go before it; see `weightOf`. */
  yieldsUntil: number;
  resolve(out: Out): void;
  reject(error: unknown): void;
}

/** Milliseconds that an item lets others go first, per weight. */
const YIELD_MS = 5;

/**
 * Lets concurrent callers share one round trip. The first item leaves at once; what arrives while `maxInFlight` flushes are under way
 * leaves together with the next one. So a lone row is not delayed, and under load one statement carries many.
 * At middling load statements would stay as small as the idle processor lets them be, and take all of it: after a flush of so many items or
 * more the next one keeps its distance (`spacing`), unless a whole batch waits, or an item that somebody waits for.
 *
 * `flush` answers one result per item, in order. When it throws for several items, each is tried alone, so that one bad row cannot
 * refuse its neighbours; `isShared(error)` says which errors concern all of them (the database is away) and are not worth that.
 * Items of one key take turns, in the order they came: the next waits until the one before has been answered.
 * With weights a batch weighs `maxBatch` at most, unless one item alone weighs more; and light items go before heavy ones, but never
 * before one that has waited for long: nobody who brings little waits for all that somebody else brought.
 */
export class GroupCommit<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private inFlight = 0;
  /** When the next flush may begin, by this process's clock in milliseconds. */
  private nextAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  /** Keys of the items under way. */
  private readonly busy = new Set<string>();

  constructor(
    private readonly flush: (items: In[]) => Promise<Out[]>,
    private readonly options: {
      maxBatch: number;
      maxInFlight: number;
      keyOf?: (item: In) => string | null;
      weightOf?: (item: In) => number;
      spacing?: { ms: number; after: number; isAwaited?: (item: In) => boolean };
      isShared: (error: unknown) => boolean;
    },
  ) {}

  submit(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, yieldsUntil: performance.now() + YIELD_MS * this.weightOf(item), resolve, reject });
      if (this.inFlight < this.options.maxInFlight) queueMicrotask(() => this.leave());
    });
  }

  private leave(): void {
    while (this.waiting.length > 0 && this.inFlight < this.options.maxInFlight) {
      if (this.isTooSoon()) return;
      clearTimeout(this.timer);
      this.timer = undefined;
      const batch = this.nextBatch();
      // All that wait, wait for their turn: whoever they wait for calls this again.
      if (batch.length === 0) return;
      this.inFlight++;
      const { spacing } = this.options;
      if (spacing && batch.length >= spacing.after) this.nextAt = performance.now() + spacing.ms;
      void this.run(batch).finally(() => {
        this.inFlight--;
        for (const { item } of batch) this.busy.delete(this.keyOf(item) ?? '');
        this.leave();
      });
    }
  }

  /** Whether the next flush has to keep its distance. It leaves by itself when that is over. */
  private isTooSoon(): boolean {
    const waitMs = this.nextAt - performance.now();
    const { maxBatch, spacing } = this.options;
    if (waitMs <= 0 || this.waiting.length >= maxBatch) return false;
    if (spacing?.isAwaited && this.waiting.some(({ item }) => spacing.isAwaited!(item))) return false;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.leave();
    }, Math.ceil(waitMs));
    return true;
  }

  /** Takes what fits. One statement may touch a row once, and two at a time would leave their order to chance. */
  private nextBatch(): Waiting<In, Out>[] {
    const { maxBatch, keyOf, weightOf } = this.options;
    if (weightOf) return this.nextByWeight(maxBatch);
    if (!keyOf) return this.waiting.splice(0, maxBatch);
    const batch: Waiting<In, Out>[] = [];
    const later: Waiting<In, Out>[] = [];
    for (const entry of this.waiting) {
      const key = this.keyOf(entry.item);
      const fits = batch.length < maxBatch && (key === null || !this.busy.has(key));
      if (fits && key !== null) this.busy.add(key);
      (fits ? batch : later).push(entry);
    }
    this.waiting = later;
    return batch;
  }

  private nextByWeight(most: number): Waiting<In, Out>[] {
    this.waiting.sort((a, b) => a.yieldsUntil - b.yieldsUntil);
    let weight = 0;
    const heavier = this.waiting.findIndex(({ item }) => (weight += this.weightOf(item)) > most);
    return this.waiting.splice(0, heavier === -1 ? this.waiting.length : Math.max(1, heavier));
  }

  private weightOf(item: In): number {
    return this.options.weightOf?.(item) ?? 0;
  }

  private keyOf(item: In): string | null {
    return this.options.keyOf?.(item) ?? null;
  }

  private async run(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await this.flush(batch.map((entry) => entry.item));
      batch.forEach((entry, i) => entry.resolve(results[i]!));
    } catch (error) {
      if (batch.length === 1 || this.options.isShared(error)) for (const entry of batch) entry.reject(error);
      else for (const entry of batch) await this.run([entry]);
    }
  }
}
