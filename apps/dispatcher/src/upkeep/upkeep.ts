import { LIMITS } from '#domain/limits.js';
import type { AuditStore } from '#store/audit.store.js';
import type { OutboundRequestStore } from '#store/outbound-request.store.js';
import type { SigningSecretStore } from '#store/signing-secret.store.js';
import type { UpkeepStore } from '#store/upkeep.store.js';
import { Rounds } from './rounds.js';

/** What a round consists of, in this order. */
export const UPKEEP_STEPS = ['partitions', 'days', 'keys', 'secrets', 'replays', 'requests', 'audit', 'expunges', 'figures'] as const;
export type UpkeepStep = (typeof UPKEEP_STEPS)[number];

/** What a round did; what is undefined failed, or was left out because the process stops. */
export interface UpkeepDone {
  partitionsMade?: number;
  daysDropped: string[];
  keysForgotten?: number;
  secretsPurged?: number;
  replaysForgotten?: number;
  requestsForgotten?: number;
  auditForgotten?: number;
  expungesForgotten?: number;
  figuresForgotten?: number;
}

export interface UpkeepOptions {
  retentionDays: number;
  auditRetentionDays: number;
}

export interface UpkeepEvents {
  done(done: UpkeepDone): void;
  failed(step: UpkeepStep, error: unknown): void;
  /** For so long from now on each event will have a partition of its own. */
  covered(forMs: number): void;
}

const HOUR_MS = 3_600_000;
/** After a round of which something failed: mostly it met a lock, and whoever holds it for longer should not be met every minute. */
const AGAIN_MS = 300_000;

/**
 * Once at the start and then hourly: partitions ahead of time, days past their retention dropped, old idempotency keys, rotated secrets,
 * replays, requests given up, audit entries, expunges and figures forgotten. Each step fails for itself.
 */
export class Upkeep {
  private readonly rounds: Rounds;
  /** In the round under way. */
  private readonly failed = new Set<UpkeepStep>();

  constructor(
    private readonly store: UpkeepStore,
    private readonly secrets: SigningSecretStore,
    private readonly outbound: OutboundRequestStore,
    private readonly audit: AuditStore,
    private readonly options: UpkeepOptions,
    private readonly events: UpkeepEvents,
  ) {
    this.rounds = new Rounds(
      () => this.round(),
      () => AGAIN_MS,
    );
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Does all there is to do. Resolves to when to look again, in milliseconds: sooner if a step failed. */
  async round(): Promise<number> {
    const { store } = this;
    const { retentionDays, auditRetentionDays } = this.options;
    this.failed.clear();
    const partitionsMade = await this.step('partitions', () => store.ensurePartitions());
    await this.step('partitions', async () => this.events.covered(await store.coveredForMs()));
    this.events.done({
      partitionsMade,
      daysDropped: await this.dropDays(),
      keysForgotten: await this.step('keys', () => this.untilNone(() => store.forgetOldKeys())),
      secretsPurged: await this.step('secrets', () => this.secrets.purgeExpired()),
      replaysForgotten: await this.step('replays', () => store.forgetReplays(retentionDays)),
      requestsForgotten: await this.step('requests', () => this.outbound.forgetEnded(retentionDays)),
      auditForgotten: await this.step('audit', () => this.untilNone(() => this.audit.forget(auditRetentionDays))),
      expungesForgotten: await this.step('expunges', () => store.forgetExpunges(auditRetentionDays)),
      figuresForgotten: await this.step('figures', () => this.untilNone(() => store.forgetFigures(LIMITS.statsKeptDays.max))),
    });
    return this.failed.size > 0 ? AGAIN_MS : HOUR_MS;
  }

  /** Each day for itself: one that somebody reads must not keep the others. */
  private async dropDays(): Promise<string[]> {
    const dropped: string[] = [];
    for (const day of (await this.step('days', () => this.store.expiredDays(this.options.retentionDays))) ?? [])
      if (await this.step('days', () => this.store.dropDay(day, () => this.rounds.isStopped))) dropped.push(day);
    return dropped;
  }

  private async step<T>(name: UpkeepStep, work: () => Promise<T>): Promise<T | undefined> {
    if (this.rounds.isStopped) return undefined;
    try {
      return await work();
    } catch (error) {
      this.failed.add(name);
      this.events.failed(name, error);
      return undefined;
    }
  }

  /** Calls what deals with some at a time until there are no more. Resolves to how many there were. */
  private async untilNone(forgetSome: () => Promise<number>): Promise<number> {
    let all = 0;
    for (let some = -1; some !== 0 && !this.rounds.isStopped; all += Math.max(some, 0)) some = await forgetSome();
    return all;
  }
}
