import { type Backlog, type Lane, LANES } from '#domain/stats/backlog.js';
import { Metrics, type Reading } from '#observability/metrics.js';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { BacklogStore, type MeasuredWhole } from './backlog.store.js';
import { hotPoolOf, poolOf } from './data-source.js';
import { timeStatements } from './statement-metrics.js';

/** A scrape's gauges share one reading, and several scrapers one each second. */
const KEPT_MS = 1_000;
/** A scrape must not wait for a database that does not answer. */
const BUDGET_MS = 1_000;

/** What every process exports of Postgres: its own connections, and what waits in all. */
@Injectable()
export class StoreMetrics {
  private reading: Promise<MeasuredWhole | null> | null = null;

  constructor(
    dataSource: DataSource,
    private readonly backlog: BacklogStore,
    metrics: Metrics,
  ) {
    const pools = [poolOf(dataSource), hotPoolOf(dataSource)];
    const sumOf = (pick: (pool: Pool) => number): number => pools.reduce((sum, pool) => sum + pick(pool), 0);
    timeStatements(pools, metrics);
    metrics.gauges('tidings_database_connections', 'Connections to Postgres.', ['state'], () => [
      { labels: { state: 'idle' }, value: sumOf((pool) => pool.idleCount) },
      { labels: { state: 'busy' }, value: sumOf((pool) => pool.totalCount - pool.idleCount) },
    ]);
    metrics.gauge('tidings_database_connections_limit', 'Connections to Postgres there may be.', () => sumOf((pool) => pool.options.max));
    metrics.gauge('tidings_database_waiting', 'Statements that wait for a connection to Postgres.', () =>
      sumOf((pool) => pool.waitingCount),
    );
    metrics.gauges('tidings_backlog', 'What waits, by lane; of all processes together.', ['lane'], () =>
      this.read(({ lanes }) => LANES.map((lane) => ({ labels: { lane }, value: lanes[lane].waiting }))),
    );
    metrics.gauges('tidings_backlog_oldest_seconds', 'How long the oldest of a lane has waited; 0: nothing does.', ['lane'], () =>
      this.read(({ lanes, now }) => LANES.map((lane) => ({ labels: { lane }, value: ageSeconds(lanes, lane, now) }))),
    );
    metrics.gauges('tidings_breakers', 'Subscriptions by the state of their circuit breaker; of all processes together.', ['state'], () =>
      this.read(({ breakers }) => Object.entries(breakers ?? {}).map(([state, value]) => ({ labels: { state }, value }))),
    );
    metrics.gauges('tidings_backlog_measured_seconds', 'How long ago the backlog was measured.', [], () =>
      this.read(({ measuredAt, now }) => [{ labels: {}, value: (now.getTime() - measuredAt.getTime()) / 1_000 }]),
    );
  }

  private async read<T extends string>(show: (measured: MeasuredWhole) => Reading<T>[]): Promise<Reading<T>[]> {
    if (!this.reading) {
      this.reading = this.backlog.read();
      setTimeout(() => (this.reading = null), KEPT_MS).unref();
    }
    const measured = await within(BUDGET_MS, this.reading);
    return measured ? show(measured) : [];
  }
}

const ageSeconds = (lanes: Backlog, lane: Lane, now: Date): number => {
  const { since } = lanes[lane];
  return since === null ? 0 : Math.max(0, (now.getTime() - Date.parse(since)) / 1_000);
};

function within<T>(budgetMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The database did not answer in time.')), budgetMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
