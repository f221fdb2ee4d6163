import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { addCounters, failuresOf, noCounters, successRateOf } from '#domain/stats/rollup.js';
import { BreakerStore } from '#store/breaker.store.js';
import { StatsStore, type SubscriptionStep } from '#store/stats.store.js';
import { SubscriptionStatsStore } from '#store/subscription-stats.store.js';
import { Injectable } from '@nestjs/common';
import { toBreakerDto } from '../subscriptions/dto/breaker.dto.js';
import { countsOf, everyStep, percentilesOf, summed } from './figures.js';
import { lastHours, MINUTE_MS, TEN_MINUTES_MS } from './range.js';
import type { StatsDto, SubscriptionFiguresDto, SubscriptionSeriesDto, SubscriptionsFiguresDto } from './subscription-stats.dto.js';

const DAY_HOURS = 24;
const STEP_MINUTES = 30;

/** How subscriptions fare. */
@Injectable()
export class SubscriptionFiguresService {
  constructor(
    private readonly stats: StatsStore,
    private readonly counts: SubscriptionStatsStore,
    private readonly breakers: BreakerStore,
  ) {}

  /** One, with what waits. The caller has checked that the subscription is the tenant's, here and below. */
  async read(tenantId: string, subscriptionId: string, hours: number): Promise<StatsDto> {
    const range = lastHours(Math.min(hours, LIMITS.statsKeptDays.max * DAY_HOURS), Date.now());
    const [counts, buckets, breaker] = await Promise.all([
      this.counts.read(subscriptionId, hours),
      this.stats.subscriptionBuckets(tenantId, subscriptionId, range),
      this.breakers.read(subscriptionId),
    ]);
    return { hours, ...counts, latencyMs: percentilesOf(summed(buckets).requestMs), breaker: toBreakerDto(breaker) };
  }

  /** One, by ten minutes. */
  async series(tenantId: string, subscriptionId: string, hours: number): Promise<SubscriptionSeriesDto> {
    const range = lastHours(hours, Date.now());
    const buckets = await this.stats.subscriptionBuckets(tenantId, subscriptionId, range);
    return {
      hours,
      latencyMs: percentilesOf(summed(buckets).requestMs),
      series: everyStep(buckets, range, TEN_MINUTES_MS).map(({ at, tally }) => ({ at, ...countsOf(tally) })),
    };
  }

  /** Many over the last day, in the order of their ids (uuids). What is not the tenant's is left out. It reads figures alone. */
  async readMany(tenantId: string, ids: readonly string[]): Promise<SubscriptionsFiguresDto> {
    const range = lastHours(DAY_HOURS, Date.now());
    const [steps, breakers] = await Promise.all([
      this.stats.subscriptionSteps(tenantId, ids, range, STEP_MINUTES),
      this.breakers.readMany(tenantId, ids),
    ]);
    const stepsOf = Map.groupBy(steps, ({ subscriptionId }) => subscriptionId);
    return {
      from: range.from.toISOString(),
      stepMinutes: STEP_MINUTES,
      items: [...new Set(ids)].flatMap((id) => {
        const breaker = breakers.get(id);
        return breaker ? [{ ...figuresOf(id, stepsOf.get(id) ?? [], range.from), breaker: toBreakerDto(breaker) }] : [];
      }),
    };
  }
}

function figuresOf(id: string, steps: readonly SubscriptionStep[], from: Date): Omit<SubscriptionFiguresDto, 'breaker'> {
  const sum = noCounters();
  const series = { delivered: noSteps(), failed: noSteps() };
  for (const step of steps) {
    addCounters(sum, step);
    const place = (step.at.getTime() - from.getTime()) / (STEP_MINUTES * MINUTE_MS);
    series.delivered[place] = step.delivered;
    series.failed[place] = failuresOf(step);
  }
  return { subscriptionId: formatId('sub', id), ...countsOf(sum), successRate: successRateOf(sum), series };
}

const noSteps = (): number[] => new Array<number>((DAY_HOURS * 60) / STEP_MINUTES).fill(0);
