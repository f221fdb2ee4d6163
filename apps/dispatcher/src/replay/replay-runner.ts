import { DomainError } from '#domain/errors.js';
import { eventTree, type StoredEvent } from '#domain/event.js';
import { wouldHaveWanted } from '#domain/match/explain.js';
import { BUSY_AT, releasable } from '#domain/replay/pace.js';
import { firstDelaySeconds } from '#domain/retry-policy.js';
import { newUuid } from '#store/new-id.js';
import type { ClaimedPart, Progress, ReplayStepStore, Step, Wish } from '#store/replay-step.store.js';
import { isSharedFault } from '#store/storage-error.js';
import type { Catalog } from '../catalog/catalog.js';
import type { Dispatcher } from '../dispatch/dispatcher.js';
import type { InFlight } from '../dispatch/in-flight.js';

export interface RunnerOptions {
  leaseMs: number;
  /** Places of this process, in all and for one subscription. */
  places: { all: number; perSubscription: number };
}

/** What a runner tells about its work; logging and metrics listen. */
export interface ReplayEvents {
  started(part: ClaimedPart): void;
  advanced(part: ClaimedPart, released: number, progress: Progress): void;
  ended(part: ClaimedPart, state: 'done' | 'failed', error?: string): void;
  /** `part` null: before there was one. */
  faulted(part: ClaimedPart | null, error: unknown): void;
}

/** Rows released in one step: small enough that other work of the database waits for moments only. */
const MOST_PER_STEP = 200;
/** How soon to look again while replays wait for places or for their pace; when there has been none for a while, the sweep does the looking. */
const WAIT_MS = 50;
const IDLE_AFTER_MS = 2_000;
const FAULT_PAUSE_MS = 5_000;

/**
 * Carries replays out, a step at a time: claim a part → see what there is room for → release as many → start them. What it releases is
 * an ordinary due delivery from then on; when this process dies, whoever sweeps next finds it.
 */
export class ReplayRunner {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private isStopped = false;
  private lastClaimAt = -Infinity;

  constructor(
    private readonly store: ReplayStepStore,
    private readonly catalog: Catalog,
    private readonly dispatcher: Dispatcher,
    private readonly inFlight: InFlight,
    private readonly options: RunnerOptions,
    private readonly events: ReplayEvents,
  ) {}

  /** Tells of parts that are due. */
  wake(): void {
    if (!this.isStopped && !this.timer && !this.running) this.schedule(0);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.running = this.run().then((nextMs) => {
        this.running = null;
        if (!this.isStopped && nextMs !== null) this.schedule(nextMs);
      });
    }, delayMs);
  }

  /** One step of one part. Resolves to when to look again, in milliseconds; null: not before somebody tells of one. */
  private async run(): Promise<number | null> {
    let part: ClaimedPart | null = null;
    try {
      part = await this.store.claim(newUuid(), this.options.leaseMs);
      if (!part) return performance.now() - this.lastClaimAt > IDLE_AFTER_MS ? null : WAIT_MS;
      this.lastClaimAt = performance.now();
      if (part.hasBegun) this.events.started(part);
      return await this.advance(part);
    } catch (error) {
      this.events.faulted(part, error);
      // What cannot even be put off comes back when its lease ends.
      if (part) await this.fault(part, error).catch(() => undefined);
      return null;
    }
  }

  private async advance(part: ClaimedPart): Promise<number> {
    const most = await this.room(part.scope.subscriptionUuid);
    if (most === 0) {
      await this.store.putOff(part, WAIT_MS);
      return WAIT_MS;
    }
    const step = part.scope.mode === 'failed' ? await this.store.stepFailed(part, most) : await this.stepMissing(part, most);
    if (step.kind === 'lost') return WAIT_MS;
    const { released, progress } = step;
    this.events.advanced(part, released.length, progress);
    if (progress.state === 'done') this.events.ended(part, 'done');
    // The sweep finds what could not be started here.
    if (released.length > 0) await this.dispatcher.claimByIds(released).catch((error: unknown) => this.events.faulted(part, error));
    return released.length === most ? WAIT_MS : 0;
  }

  private async room(subscription: string): Promise<number> {
    const { all, perSubscription } = this.options.places;
    const { isServed, ...waiting } = await this.store.waiting(subscription, BUSY_AT);
    if (!isServed) return MOST_PER_STEP;
    const replaying = this.dispatcher.replaying(subscription);
    const places = { all, free: this.inFlight.room(), replaying: replaying.all };
    return Math.min(MOST_PER_STEP, releasable({ ...waiting, places, own: { all: perSubscription, replaying: replaying.own } }));
  }

  private async stepMissing(part: ClaimedPart, most: number): Promise<Step> {
    return this.store.stepMissing(part, most, await this.wishOf(part));
  }

  /** Today's subscription, asked about events of the past. */
  private async wishOf({ scope, catalogVersion, registryVersion }: ClaimedPart): Promise<Wish> {
    const { registry } = await this.catalog.tenant(scope.tenantId, catalogVersion, registryVersion);
    const served = (await this.catalog.served([{ ...scope, catalogVersion }])).get(scope.subscriptionUuid);
    if (!served || served.row.deletedAt !== null) throw new DomainError('subscription_deleted', 'The subscription was deleted.');
    const ready = served.ready();
    return {
      wants: (event: StoredEvent) => wouldHaveWanted(registry.join(event, eventTree(event)), ready),
      firstDelayMs: firstDelaySeconds(served.spec.failureHandling.retry) * 1_000,
    };
  }

  /** A refusal with a code will not pass with time. */
  private async fault(part: ClaimedPart, error: unknown): Promise<void> {
    const isFatal = error instanceof DomainError && !isSharedFault(error);
    const code = error instanceof DomainError ? error.code : isSharedFault(error) ? 'storage_unavailable' : 'internal_error';
    if (await this.store.fault(part, code, FAULT_PAUSE_MS, isFatal)) this.events.ended(part, 'failed', code);
  }
}
