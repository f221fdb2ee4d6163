import { noBacklog } from '#domain/stats/backlog.js';
import { Metrics } from '#observability/metrics.js';
import type { DataSource } from 'typeorm';
import type { BacklogStore, MeasuredWhole } from './backlog.store.js';
import { StoreMetrics } from './store-metrics.js';

const pool = { query: () => undefined, on: () => undefined, idleCount: 2, totalCount: 5, waitingCount: 1, options: { max: 10 } };
const hotPool = { ...pool, totalCount: 3, waitingCount: 0 };
const dataSource = { driver: { master: pool }, hotPool } as unknown as DataSource;

describe('what a process tells of Postgres', () => {
  let metrics: Metrics;
  beforeEach(() => {
    jest.useFakeTimers();
    metrics = new Metrics('test');
  });
  afterEach(() => jest.useRealTimers());

  const tell = (read: () => Promise<MeasuredWhole | null>): StoreMetrics => new StoreMetrics(dataSource, { read } as BacklogStore, metrics);
  const scraped = async (): Promise<string[]> => {
    const text = metrics.registry.metrics();
    await jest.advanceTimersByTimeAsync(1_000);
    return (await text).split('\n').filter((line) => /^tidings_(backlog|breakers|database)/.test(line));
  };

  it('is what was measured, with the age that it has by now', async () => {
    const measuredAt = new Date('2026-01-01T00:00:00Z');
    const now = new Date('2026-01-01T00:00:10Z');
    const lanes = { ...noBacklog(), due: { waiting: 3, since: '2025-12-31T23:59:00Z' } };
    tell(() => Promise.resolve({ lanes, breakers: { closed: 5, open: 1, half_open: 0 }, measuredAt, now }));
    const lines = await scraped();
    for (const line of [
      'tidings_backlog{lane="due",service="test"} 3',
      'tidings_backlog{lane="held",service="test"} 0',
      'tidings_backlog_oldest_seconds{lane="due",service="test"} 70',
      'tidings_backlog_oldest_seconds{lane="outbox",service="test"} 0',
      'tidings_breakers{state="closed",service="test"} 5',
      'tidings_breakers{state="open",service="test"} 1',
      'tidings_breakers{state="half_open",service="test"} 0',
      'tidings_backlog_measured_seconds{service="test"} 10',
      'tidings_database_connections{state="busy",service="test"} 4',
      'tidings_database_waiting{service="test"} 1',
    ])
      expect(lines).toContain(line);
  });

  it.each([
    ['does not answer', () => new Promise<null>(() => undefined)],
    ['refuses', () => Promise.reject(new Error('away'))],
    ['has nothing measured yet', () => Promise.resolve(null)],
  ])('is only its own connections while the database %s, within a second', async (_, read) => {
    tell(read);
    const lines = await scraped();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => /^tidings_(backlog|breakers)/.test(line))).toEqual([]);
  });

  it('is asked for once for all gauges of a scrape', async () => {
    const read = jest.fn(() => Promise.resolve(null));
    tell(read);
    await scraped();
    expect(read).toHaveBeenCalledTimes(1);
    await scraped();
    expect(read).toHaveBeenCalledTimes(2);
  });
});
