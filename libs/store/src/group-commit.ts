interface Waiting<In, Out> {
  item: In;
  resolve(out: Out): void;
  reject(error: unknown): void;
}

/**
 * Lets concurrent callers share one round trip. The first item leaves at once; what arrives while `maxInFlight` flushes are under way
 * leaves together with the next one. So a lone row is not delayed, and under load one statement carries many.
 *
 * `flush` answers one result per item, in order. When it throws for several items, each is tried alone, so that one bad row cannot
 * refuse its neighbours; `isShared(error)` says which errors concern all of them (the database is away) and are not worth that.
 */
export class GroupCommit<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private inFlight = 0;

  constructor(
    private readonly flush: (items: In[]) => Promise<Out[]>,
    private readonly options: {
      maxBatch: number;
      maxInFlight: number;
      keyOf?: (item: In) => string | null;
      isShared: (error: unknown) => boolean;
    },
  ) {}

  submit(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.inFlight < this.options.maxInFlight) queueMicrotask(() => this.leave());
    });
  }

  private leave(): void {
    while (this.waiting.length > 0 && this.inFlight < this.options.maxInFlight) {
      const batch = this.nextBatch();
      this.inFlight++;
      void this.run(batch).finally(() => {
        this.inFlight--;
        this.leave();
      });
    }
  }

  /** Takes what fits; of two items with the same key the second waits for the next batch, as one statement may touch a row once. */
  private nextBatch(): Waiting<In, Out>[] {
    const { maxBatch, keyOf } = this.options;
    if (!keyOf) return this.waiting.splice(0, maxBatch);
    const keys = new Set<string>();
    const batch: Waiting<In, Out>[] = [];
    const later: Waiting<In, Out>[] = [];
    for (const entry of this.waiting) {
      const key = keyOf(entry.item);
      const fits = batch.length < maxBatch && (key === null || !keys.has(key));
      if (fits && key !== null) keys.add(key);
      (fits ? batch : later).push(entry);
    }
    this.waiting = later;
    return batch;
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
