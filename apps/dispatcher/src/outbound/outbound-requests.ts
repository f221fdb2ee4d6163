import { DomainError } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import type { DueRequest, OutboundRequestStore } from '#store/outbound-request.store.js';
import { settledWithin } from '../settled-within.js';
import type { Callbacks } from './callbacks.js';
import type { Handled } from './handled.js';
import type { Hydrations } from './hydrations.js';

export interface OutboundOptions {
  intervalMs: number;
  /** Told of every request that ended; `handled` null: ours was the fault. */
  onMade(due: DueRequest, handled: Handled): void;
  /** A fault of ours; `due` null when not even the table could be read. */
  onError(due: DueRequest | null, code: string, error: unknown): void;
}

/** Requests under way at once in this process, and of one subscription: a slow callback must not take everybody's places. */
const AT_ONCE = 32;
const PER_SUBSCRIPTION = 8;
/** Each attempt waits this much longer than the one before, so the last of them is some ten minutes in. It is more than a request may take. */
const RETRY_MS = 60_000;
const FAULT_PAUSE_MS = 5_000;

/**
 * Makes the requests that wait beside the deliveries: callbacks and fetches of resources. They are found in Postgres by looking, each taken
 * for a while by one process; one that dies with it is made again by another. It has a clock of its own, so that a slow answer never
 * keeps the sweep from its turn.
 */
export class OutboundRequests {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;
  private isStopped = false;
  private isWanted = false;
  private readonly underWay = new Map<Promise<void>, string>();

  constructor(
    private readonly store: OutboundRequestStore,
    private readonly callbacks: Pick<Callbacks, 'make'>,
    private readonly hydrations: Pick<Hydrations, 'make'>,
    private readonly options: OutboundOptions,
  ) {}

  start(): void {
    this.schedule(0);
  }

  /** Starts no more, and waits for what is under way up to the deadline; the rest is made again by another process. */
  async stop(deadlineMs: number): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.looking;
    await settledWithin(deadlineMs, this.underWay.keys());
  }

  /** Takes what is due, as far as there is room, and starts it. */
  async look(): Promise<void> {
    const room = AT_ONCE - this.underWay.size;
    if (room <= 0) return;
    const due = await this.store.take(room, PER_SUBSCRIPTION, RETRY_MS, this.busy());
    for (const request of due) {
      const made = this.make(request).finally(() => this.leave(made));
      this.underWay.set(made, request.subscriptionUuid);
    }
  }

  private busy(): string[] {
    return [...new Set(this.underWay.values())];
  }

  /** When the last of a subscription's requests has ended there may be more of them. */
  private leave(made: Promise<void>): void {
    const subscription = this.underWay.get(made);
    this.underWay.delete(made);
    if (this.isStopped || this.busy().includes(subscription!)) return;
    this.isWanted = true;
    if (!this.looking) this.schedule(0);
  }

  /** Never rejects: what cannot even be written down comes back when it is due. */
  private async make(due: DueRequest): Promise<void> {
    try {
      const handled = await (due.kind === 'callback' ? this.callbacks.make(due) : this.hydrations.make(due));
      await this.settle(due, handled);
    } catch (error) {
      const code = error instanceof DomainError ? error.code : 'internal_error';
      this.options.onError(due, code, error);
      await this.store.uncharge(due.id, FAULT_PAUSE_MS).catch(() => undefined);
    }
  }

  private async settle(due: DueRequest, handled: Handled): Promise<void> {
    switch (handled.kind) {
      case 'done':
        await this.store.finish(due.id);
        break;
      case 'failed':
        await this.store.fail(due.id, handled.message, handled.isLast || due.attempts >= LIMITS.outboundAttempts.max);
        break;
      case 'local':
        await this.store.uncharge(due.id, FAULT_PAUSE_MS);
        break;
    }
    this.options.onMade(due, handled);
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.isWanted = false;
      this.looking = this.look()
        .catch((error: unknown) => this.options.onError(null, 'storage_unavailable', error))
        .finally(() => {
          this.looking = null;
          if (!this.isStopped) this.schedule(this.isWanted ? 0 : this.options.intervalMs * (0.9 + Math.random() * 0.2));
        });
    }, delayMs);
  }
}
