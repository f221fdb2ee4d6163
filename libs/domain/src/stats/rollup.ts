import type { AttemptOutcome } from '../delivery.js';
import { addCounts, bucketOf, type Counts, noCounts } from './latency-histogram.js';

/** What is counted one by one. */
export interface Counters {
  /** Events; of a subscription always 0. */
  accepted: number;
  /** Deliveries that the fan-out made. */
  matched: number;
  /** Attempts by what they came to. */
  delivered: number;
  retried: number;
  failed: number;
  diverted: number;
  refused: number;
  late: number;
}

/** What is counted of a tenant, or of one of its subscriptions, in one bucket of time. */
export interface Tally extends Counters {
  /** How long requests took. */
  requestMs: Counts;
  /** From the event's acceptance to its delivery, of deliveries that nobody resent. */
  deliveryMs: Counts;
}

export interface TallyRow extends Tally {
  tenantId: string;
  /** null: the tenant as a whole. */
  subscriptionId: string | null;
}

export interface CountedAttempt {
  tenantId: string;
  subscriptionId: string;
  outcome: Exclude<AttemptOutcome, 'interrupted'>;
  requestMs: number;
  /** null: not delivered, or resent. */
  deliveryMs: number | null;
}

const COUNTED = ['accepted', 'matched', 'delivered', 'retried', 'failed', 'diverted', 'refused', 'late'] as const;

/** So many rows are kept while they cannot be written; more would be memory lost to figures. */
const MOST_ROWS = 20_000;

/** Adds up what happens, by tenant and by subscription, until it is taken. What it costs is a few increments. */
export class Rollup {
  private readonly tenants = new Map<string, Tally>();
  private readonly subscriptions = new Map<string, TallyRow & { subscriptionId: string }>();

  accepted(tenantId: string): void {
    this.tenant(tenantId).accepted++;
  }

  matched(tenantId: string, subscriptionId: string): void {
    this.tenant(tenantId).matched++;
    this.subscription(tenantId, subscriptionId).matched++;
  }

  attempted({ tenantId, subscriptionId, outcome, requestMs, deliveryMs }: CountedAttempt): void {
    const counter = outcome === 'retry' ? 'retried' : outcome;
    for (const tally of [this.tenant(tenantId), this.subscription(tenantId, subscriptionId)]) {
      tally[counter]++;
      tally.requestMs[bucketOf(requestMs)]!++;
      if (deliveryMs !== null) tally.deliveryMs[bucketOf(deliveryMs)]!++;
    }
  }

  /** Hands over all there is and begins anew. */
  take(): TallyRow[] {
    const rows = [...this.tenants]
      .map(([tenantId, tally]): TallyRow => ({ ...tally, tenantId, subscriptionId: null }))
      .concat([...this.subscriptions.values()]);
    this.tenants.clear();
    this.subscriptions.clear();
    return rows;
  }

  /** Takes rows back that could not be written. Returns how many it had no room for. */
  putBack(rows: readonly TallyRow[]): number {
    let lost = 0;
    for (const row of rows) {
      if (this.tenants.size + this.subscriptions.size >= MOST_ROWS) lost++;
      else add(row.subscriptionId === null ? this.tenant(row.tenantId) : this.subscription(row.tenantId, row.subscriptionId), row);
    }
    return lost;
  }

  private tenant(id: string): Tally {
    const known = this.tenants.get(id);
    if (known) return known;
    const tally = noTally();
    this.tenants.set(id, tally);
    return tally;
  }

  private subscription(tenantId: string, subscriptionId: string): Tally {
    const known = this.subscriptions.get(subscriptionId);
    if (known) return known;
    const tally = { ...noTally(), tenantId, subscriptionId };
    this.subscriptions.set(subscriptionId, tally);
    return tally;
  }
}

export const noCounters = (): Counters =>
  Object.fromEntries(COUNTED.map((counter) => [counter, 0])) as Record<(typeof COUNTED)[number], number>;

export const noTally = (): Tally => ({ ...noCounters(), requestMs: noCounts(), deliveryMs: noCounts() });

/** Adds `more` to `counters`. */
export function addCounters(counters: Counters, more: Counters): void {
  for (const counter of COUNTED) counters[counter] += more[counter];
}

/** Adds `more` to `tally`. */
export function add(tally: Tally, more: Tally): void {
  addCounters(tally, more);
  addCounts(tally.requestMs, more.requestMs);
  addCounts(tally.deliveryMs, more.deliveryMs);
}

/** Attempts of any outcome. */
export const attemptsOf = (tally: Counters): number => tally.delivered + tally.retried + failuresOf(tally) + tally.late;

/** Deliveries that ended without success. */
export const failuresOf = ({ failed, diverted, refused }: Pick<Counters, 'failed' | 'diverted' | 'refused'>): number =>
  failed + diverted + refused;

/** Delivered ones as a share of those that ended; null when none did. */
export function successRateOf(tally: Counters): number | null {
  const ended = tally.delivered + failuresOf(tally);
  return ended === 0 ? null : tally.delivered / ended;
}
