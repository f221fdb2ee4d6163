import type { OutboundRequestStore } from '#store/outbound-request.store.js';
import type { AuditStore } from '#store/audit.store.js';
import { LIMITS } from '#domain/limits.js';
import type { SigningSecretStore } from '#store/signing-secret.store.js';
import type { UpkeepStore } from '#store/upkeep.store.js';

export interface UpkeepOptions {
  retentionDays: number;
  auditRetentionDays: number;
  onDone(done: {
    partitionsMade: number;
    daysDropped: string[];
    keysForgotten: number;
    secretsPurged: number;
    replaysForgotten: number;
    requestsForgotten: number;
    auditForgotten: number;
    expungesForgotten: number;
    figuresForgotten: number;
  }): void;
  onError(error: unknown): void;
}

const HOUR_MS = 3_600_000;

/**
 * Once at the start and then hourly: partitions ahead of time, days past their retention dropped, old idempotency keys, rotated secrets,
 * replays, requests given up, audit entries, expunges and figures forgotten.
 */
export class Upkeep {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private isStopped = false;

  constructor(
    private readonly store: UpkeepStore,
    private readonly secrets: SigningSecretStore,
    private readonly outbound: OutboundRequestStore,
    private readonly audit: AuditStore,
    private readonly options: UpkeepOptions,
  ) {}

  start(): void {
    this.running = this.run()
      .catch((error: unknown) => this.options.onError(error))
      .finally(() => {
        this.running = null;
        if (!this.isStopped) this.timer = setTimeout(() => this.start(), HOUR_MS * (0.9 + Math.random() * 0.2));
      });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    const partitionsMade = await this.store.ensurePartitions();
    const daysDropped: string[] = [];
    for (const day of await this.store.expiredDays(this.options.retentionDays)) {
      if (this.isStopped) return;
      if (await this.store.dropDay(day)) daysDropped.push(day);
    }
    let keysForgotten = 0;
    for (let some = -1; some !== 0 && !this.isStopped; keysForgotten += some) some = await this.store.forgetOldKeys();
    const secretsPurged = await this.secrets.purgeExpired();
    const replaysForgotten = await this.store.forgetReplays(this.options.retentionDays);
    const requestsForgotten = await this.outbound.forgetEnded(this.options.retentionDays);
    let auditForgotten = 0;
    for (let some = -1; some !== 0 && !this.isStopped; auditForgotten += some)
      some = await this.audit.forget(this.options.auditRetentionDays);
    const expungesForgotten = await this.store.forgetExpunges(this.options.auditRetentionDays);
    let figuresForgotten = 0;
    for (let some = -1; some !== 0 && !this.isStopped; figuresForgotten += some)
      some = await this.store.forgetFigures(LIMITS.statsKeptDays.max);
    this.options.onDone({
      partitionsMade,
      daysDropped,
      keysForgotten,
      secretsPurged,
      replaysForgotten,
      requestsForgotten,
      auditForgotten,
      expungesForgotten,
      figuresForgotten,
    });
  }
}
