/**
 * Where work waits. `due`: a delivery that may be claimed; `scheduled`: one whose retry is to come; `held`: for its subscription to be able
 * to go on; `sending`: under a lease; `outbox`: an event for its fan-out; `replay`: what open replays have still to look at.
 */
export const LANES = ['due', 'scheduled', 'held', 'sending', 'outbox', 'replay'] as const;
export type Lane = (typeof LANES)[number];

export interface LaneBacklog {
  waiting: number;
  /**
   * Since when the oldest waits (ISO 8601); null: nothing does. `due`: since it may be sent; `outbox`: since it was accepted; `held`,
   * `scheduled`, `replay`: since it was made; `sending`: since its lease ran out, for until then it does not wait.
   */
  since: string | null;
}

export type Backlog = Record<Lane, LaneBacklog>;

export interface TenantLane extends LaneBacklog {
  tenantId: string;
  lane: Lane;
}

export const noBacklog = (): Backlog =>
  Object.fromEntries(LANES.map((lane) => [lane, { waiting: 0, since: null }])) as Record<Lane, LaneBacklog>;

/** Adds lanes of tenants up: for all, and for each of the `most` tenants with the most that waits. */
export function summarize(lanes: readonly TenantLane[], most: number): { all: Backlog; tenants: Map<string, Backlog>; leftOut: number } {
  const all = noBacklog();
  const tenants = new Map<string, Backlog>();
  for (const { tenantId, lane, ...own } of lanes) {
    const tenant = tenants.get(tenantId) ?? noBacklog();
    tenants.set(tenantId, tenant);
    addTo(tenant[lane], own);
    addTo(all[lane], own);
  }
  const ranked = [...tenants].sort(([, a], [, b]) => waitingOf(b) - waitingOf(a));
  return { all, tenants: new Map(ranked.slice(0, most)), leftOut: Math.max(0, ranked.length - most) };
}

/** When the oldest that could go on began to wait: a delivery that is due or an event not fanned out; null: none does. */
export const oldestOf = ({ due, outbox }: Backlog): string | null => earlier(due.since, outbox.since);

const waitingOf = (backlog: Backlog): number => LANES.reduce((sum, lane) => sum + backlog[lane].waiting, 0);

function addTo(sum: LaneBacklog, { waiting, since }: LaneBacklog): void {
  sum.waiting += waiting;
  sum.since = earlier(sum.since, since);
}

const earlier = (a: string | null, b: string | null): string | null => (a === null ? b : b === null || a <= b ? a : b);
