import type { Principal } from './principal.js';
import { QuotaWindow, WINDOW_SECONDS } from './quota-window.js';

/** Counts that all gateways share. */
export interface SharedCounts {
  /** Adds to each name's count of its running window; answers in the same order. Rejects when the store is away or slow. */
  add(counts: readonly { name: string; points: number }[]): Promise<{ used: number; msLeft: number }[]>;
}

export interface QuotaOptions {
  /** Requests a second where a tenant has no quota of its own; 0: no limit. */
  tenantPerSecond: number;
  keyPerSecond: number;
  /** The shared counts stopped answering, or do so again. */
  onShared(isShared: boolean, error?: unknown): void;
  now?: () => number;
}

/** Where a caller stands, by the tighter of its two quotas. */
export interface Standing {
  isWithin: boolean;
  scope: 'tenant' | 'key';
  /** Requests in one window. */
  limit: number;
  remaining: number;
  /** Whole seconds until the window ends. */
  resetSeconds: number;
}

/** How often gateways tell each other what they have let through. */
const TELL_EVERY_MS = 200;
/** After a failure. */
const TELL_AGAIN_MS = 1_000;

/**
 * Requests of keys and tenants within their quotas. Whether one may pass is decided here and now, without asking anybody: what has passed
 * is told to the other gateways in the background, all names in one go. So one gateway alone never lets too much through; several let
 * through at most what the others took since they were last heard of (see docs/operations.md). Without an answer each goes by its own
 * count: a store that is down never holds up a request, nor fails it.
 */
export class Quotas {
  private readonly windows = new Map<string, QuotaWindow>();
  private timer: NodeJS.Timeout | null = null;
  private isShared = true;
  private isStopped = false;
  private readonly now: () => number;

  constructor(
    private readonly counts: SharedCounts,
    private readonly options: QuotaOptions,
  ) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Charges so many requests to the key and to its tenant, or nothing where one of the two would be exceeded. null: nothing limits it. */
  take({ keyId, tenantId, quotas }: Pick<Principal, 'keyId' | 'tenantId' | 'quotas'>, points: number): Standing | null {
    const now = this.now();
    const key = this.charge('key', keyId, quotas?.keyPerSecond ?? this.options.keyPerSecond, points, now);
    const tenant =
      tenantId === null ? null : this.charge('tenant', tenantId, quotas?.tenantPerSecond ?? this.options.tenantPerSecond, points, now);
    const charges = [key, tenant].filter((charge) => charge !== null);
    if (charges.length === 0) return null;
    const tightest = charges.reduce((a, b) => (b.standing.remaining < a.standing.remaining ? b : a)).standing;
    if (!tightest.isWithin) return tightest;
    for (const { window } of charges) window.count(points);
    if (points > 0) this.tellSoon(TELL_EVERY_MS);
    return tightest;
  }

  /** What has not been told by then is nobody's concern any more. */
  onApplicationShutdown(): void {
    if (this.timer) clearTimeout(this.timer);
    this.isStopped = true;
  }

  private charge(scope: Standing['scope'], id: string, perSecond: number, points: number, now: number) {
    if (perSecond === 0) return null;
    const name = `${scope}:${id}`;
    const window = this.windows.get(name) ?? QuotaWindow.from(now);
    this.windows.set(name, window);
    const limit = perSecond * WINDOW_SECONDS;
    const left = limit - window.used(now) - points;
    const resetSeconds = Math.max(1, Math.ceil(window.msLeft(now) / 1_000));
    const standing: Standing = { isWithin: left >= 0, scope, limit, remaining: left, resetSeconds };
    return { window, standing };
  }

  private tellSoon(delayMs: number): void {
    if (!this.isStopped) this.timer ??= setTimeout(() => void this.tell(), delayMs).unref();
  }

  private async tell(): Promise<void> {
    this.forgetEnded();
    const told = [...this.windows].map(([name, window]) => ({ name, ...window.tell() })).filter(({ points }) => points > 0);
    const answers = await this.counts.add(told).then(
      (heard) => this.noteShared(true, heard),
      (error: unknown) => this.noteShared(false, null, error),
    );
    const now = this.now();
    told.forEach(({ heard }, i) => heard(answers?.[i] ?? null, now));
    this.timer = null;
    if (told.length > 0) this.tellSoon(answers ? TELL_EVERY_MS : TELL_AGAIN_MS);
  }

  private noteShared<T>(isShared: boolean, answers: T, error?: unknown): T {
    if (isShared !== this.isShared) this.options.onShared(isShared, error);
    this.isShared = isShared;
    return answers;
  }

  private forgetEnded(): void {
    const now = this.now();
    for (const [name, window] of this.windows) if (window.hasEnded(now)) this.windows.delete(name);
  }
}
