import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { type Lane, LANES, oldestOf } from '#domain/stats/backlog.js';
import { plainName } from '#domain/match/compile-subscription.js';
import { percentile } from '#domain/stats/latency-histogram.js';
import { successRateOf, type Tally } from '#domain/stats/rollup.js';
import { BacklogStore, type MeasuredBacklog } from '#store/backlog.store.js';
import { type FailingSubscription, StatsStore } from '#store/stats.store.js';
import { Injectable } from '@nestjs/common';
import { countsOf, everyStep, percentilesOf, summed } from './figures.js';
import { inTenMinutes, MINUTE_MS, readRange } from './range.js';
import type { BacklogDto, BucketDto, FailingSubscriptionDto, OverviewDto, OverviewQuery } from './stats.dto.js';

/** Figures as they are shown. They read no event, delivery or attempt. */
@Injectable()
export class StatsService {
  constructor(
    private readonly stats: StatsStore,
    private readonly backlogs: BacklogStore,
  ) {}

  /** Of a tenant, or of all (null). Errors: those of readRange. */
  async overview(tenantId: string | null, query: OverviewQuery): Promise<OverviewDto> {
    const range = readRange(query, Date.now());
    const [buckets, backlog, worst] = await Promise.all([
      this.stats.tenantBuckets(tenantId, range, query.stepMinutes),
      tenantId === null ? this.backlogs.read() : this.backlogs.readTenant(tenantId),
      this.stats.worst(tenantId, inTenMinutes(range), LIMITS.worstSubscriptions.max),
    ]);
    const sum = summed(buckets);
    return {
      from: range.from.toISOString(),
      to: range.to.toISOString(),
      stepMinutes: query.stepMinutes,
      totals: { accepted: sum.accepted, ...countsOf(sum) },
      successRate: successRateOf(sum),
      latencyMs: { endToEnd: percentilesOf(sum.deliveryMs), endpoint: percentilesOf(sum.requestMs) },
      backlog: backlog && toBacklog(backlog),
      worstSubscriptions: worst.map(toFailing),
      series: everyStep(buckets, range, query.stepMinutes * MINUTE_MS).map(toBucket),
    };
  }
}

const toBucket = ({ at, tally }: { at: string; tally: Tally }): BucketDto => ({
  at,
  accepted: tally.accepted,
  ...countsOf(tally),
  endToEndP95Ms: percentile(tally.deliveryMs, 0.95),
  endpointP95Ms: percentile(tally.requestMs, 0.95),
});

const toFailing = ({ subscriptionId, tenantId, name, url, ...counts }: FailingSubscription): FailingSubscriptionDto => ({
  subscriptionId: formatId('sub', subscriptionId),
  tenantId: formatId('ten', tenantId),
  name: name === null ? null : plainName(name),
  host: url === null ? null : (URL.parse(url)?.host ?? null),
  ...counts,
});

const toBacklog = ({ lanes, measuredAt, now }: MeasuredBacklog): BacklogDto => {
  const ageOf = (since: string | null): number | null => (since === null ? null : Math.max(0, (now.getTime() - Date.parse(since)) / 1_000));
  return {
    waiting: byLane((lane) => lanes[lane].waiting),
    oldestWaitingSeconds: ageOf(oldestOf(lanes)),
    oldestSeconds: byLane((lane) => ageOf(lanes[lane].since)),
    measuredAt: measuredAt.toISOString(),
  };
};

const byLane = <T>(read: (lane: Lane) => T): Record<Lane, T> =>
  Object.fromEntries(LANES.map((lane) => [lane, read(lane)])) as Record<Lane, T>;
