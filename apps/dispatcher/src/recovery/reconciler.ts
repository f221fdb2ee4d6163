import { type ClaimStore, type Leftovers } from '#store/claim.store.js';
import type { FanoutStore } from '#store/fanout.store.js';
import type { RecordStore } from '#store/record.store.js';
import type { Alerts } from '../alerts/alerts.js';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { InFlight } from '../dispatch/in-flight.js';
import type { EndpointChecks } from '../endpoint-checks/endpoint-checks.js';
import type { Fanout } from '../fanout/fanout.js';
import type { ReplayRunner } from '../replay/replay-runner.js';

export interface ReconcilerOptions {
  intervalMs: number;
  leaseSlackMs: number;
  onRecovered(found: { recovered: number; poisoned: number }): void;
  /** Events whose wake-up never came. */
  onSwept(events: number): void;
  /** Subscriptions with deliveries on hold that can go on. */
  onReleasable(subscriptions: number): void;
  onError(step: string, error: unknown): void;
}

const BATCH = 500;
/** Events taken over while a flood has all the places it may have: enough for a turn of everybody else. */
const A_FEW = 32;
/** Events were left for want of room: places become free sooner than the next sweep would come. */
const MORE_EVENTS_MS = 100;
/** An event taken by a sweep is left alone by the others for this long. */
const PUT_OFF_MS = 10_000;
/** Between two sweeps, however much comes due. */
const RESPITE_MS = 20;
/** Alerts and checks of endpoints are no hurry: one sweep in so many looks for them. */
const ALERTS_EVERY = 3;
const EVERYTHING: Leftovers = { due: true, outbox: true, held: true, replays: true };

/**
 * Brings back whatever nobody was woken for. Every state that is not an end is somebody's here: a lease that ran out, a delivery that is
 * due, an event not fanned out, a delivery on hold whose subscription can go on. It reads only Postgres, so a queue that is lost or
 * lies costs time and nothing else.
 */
export class Reconciler {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private nextAt = Infinity;
  /** When the sweep under way should be followed by another at the latest. */
  private wantedAt = Infinity;
  private isStopped = false;
  private sweeps = 0;
  private lastSweepAt = performance.now();

  constructor(
    private readonly claims: ClaimStore,
    private readonly records: RecordStore,
    private readonly fanoutStore: FanoutStore,
    private readonly fanout: Fanout,
    private readonly dispatcher: Dispatcher,
    private readonly inFlight: InFlight,
    private readonly alerts: Alerts,
    private readonly checks: EndpointChecks,
    private readonly replays: Pick<ReplayRunner, 'wake'>,
    private readonly options: ReconcilerOptions,
  ) {}

  start(): void {
    this.schedule(0);
  }

  /** Looks again in `delayMs` at the latest, as when a retry is due then. */
  wakeIn(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (this.running) this.wantedAt = Math.min(this.wantedAt, at);
    else if (!this.isStopped && at < this.nextAt) this.schedule(delayMs);
  }

  /** How long ago the last sweep came to its end, failed steps or not, in milliseconds. One that hangs shows here. */
  sinceLastSweepMs(): number {
    return performance.now() - this.lastSweepAt;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** One look at everything. A step that fails is told of and does not keep the others from their turn. */
  async sweep(): Promise<void> {
    const left = await this.look();
    if (left.due) {
      await this.step('leases', async () => {
        const found = await this.records.recoverExpired(BATCH, this.options.leaseSlackMs);
        if (found.recovered + found.poisoned > 0) this.options.onRecovered(found);
      });
      await this.step('due', async () => {
        while (!this.isStopped && (await this.dispatcher.claimDue(BATCH)));
      });
    }
    if (left.outbox) await this.step('outbox', () => this.sweepOutbox());
    if (left.held) await this.step('held', () => this.releaseHeld());
    if (left.replays && !this.isStopped) this.replays.wake();
    if (this.sweeps++ % ALERTS_EVERY === 0) {
      await this.step('alerts', () => this.alerts.post());
      await this.step('endpoint-checks', () => this.checks.ask());
    }
    this.lastSweepAt = performance.now();
  }

  /** One statement tells what is of use; where it fails everything is tried, and tells of it too. */
  private async look(): Promise<Leftovers> {
    let left = EVERYTHING;
    await this.step('look', async () => {
      left = await this.claims.leftovers();
    });
    return left;
  }

  /** Events are taken over only as far as there is room: a backlog is not a loss. The next look comes soon where there are more. */
  private async sweepOutbox(): Promise<void> {
    for (let limit = this.roomForEvents(); !this.isStopped && limit > 0; limit = this.roomForEvents()) {
      const events = await this.fanoutStore.sweep(limit, PUT_OFF_MS);
      this.options.onSwept(events.length);
      await this.fanout.run(events);
      if (events.length < limit) return;
      if (limit <= A_FEW) break;
    }
    this.wakeIn(MORE_EVENTS_MS);
  }

  private roomForEvents(): number {
    const { inFlight } = this;
    return Math.min(BATCH, Math.max(inFlight.room(inFlight.spare), Math.min(A_FEW, inFlight.room())));
  }

  private async releaseHeld(): Promise<void> {
    const parties = await this.claims.subscriptionsToRelease();
    this.options.onReleasable(parties.length);
    await this.dispatcher.takeFound(parties);
  }

  private async step(name: string, work: () => Promise<void>): Promise<void> {
    if (this.isStopped) return;
    try {
      await work();
    } catch (error) {
      this.options.onError(name, error);
    }
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    this.nextAt = performance.now() + delayMs;
    this.timer = setTimeout(() => {
      this.wantedAt = Infinity;
      this.running = this.sweep().finally(() => {
        this.running = null;
        // Several dispatchers started together must not stay in step.
        const wantedMs = Math.max(RESPITE_MS, this.wantedAt - performance.now());
        if (!this.isStopped) this.schedule(Math.min(wantedMs, this.options.intervalMs * (0.9 + Math.random() * 0.2)));
      });
    }, delayMs);
  }
}
