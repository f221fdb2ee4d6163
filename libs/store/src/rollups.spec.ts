import type { Settings } from '#config/settings.js';
import type { TallyRow } from '#domain/stats/rollup.js';
import { createLogger } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import type { RollupStore } from './rollup.store.js';
import { Rollups } from './rollups.js';

const INTERVAL_MS = 3_000;

describe('the figures of a process', () => {
  let batches: TallyRow[][];
  let isAway: boolean;
  let rollups: Rollups;
  let metrics: Metrics;
  beforeEach(() => {
    jest.useFakeTimers();
    [batches, isAway, metrics] = [[], false, new Metrics('test')];
    const store = {
      add: (rows: TallyRow[]) => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(void batches.push(rows))),
    } as RollupStore;
    rollups = new Rollups(store, { ROLLUP_INTERVAL_MS: INTERVAL_MS } as Settings, createLogger('test', 'silent'), metrics);
    rollups.onApplicationBootstrap();
  });
  afterEach(() => jest.useRealTimers());

  const accepted = (): number[] => batches.flat().map((row) => row.accepted);

  it('are written together after a while, and nothing is where there is nothing', async () => {
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(batches).toEqual([]);
    rollups.figures.accepted('t');
    rollups.figures.accepted('t');
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(accepted()).toEqual([2]);
  });

  it('wait for a database that is away, and none is lost', async () => {
    isAway = true;
    rollups.figures.accepted('t');
    await jest.advanceTimersByTimeAsync(2 * INTERVAL_MS);
    rollups.figures.accepted('t');
    isAway = false;
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(accepted()).toEqual([2]);
  });

  it('go in statements of a thousand rows, and those not reached when one fails are kept', async () => {
    for (let i = 0; i < 1_500; i++) rollups.figures.accepted(`t${i}`);
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(batches.map((rows) => rows.length)).toEqual([1_000, 500]);
    isAway = true;
    for (let i = 0; i < 1_500; i++) rollups.figures.accepted(`t${i}`);
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    isAway = false;
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(accepted()).toHaveLength(3_000);
  });

  it('are told of when they are too many to keep', async () => {
    isAway = true;
    for (let i = 0; i < 20_005; i++) rollups.figures.accepted(`t${i}`);
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(await metrics.registry.metrics()).toMatch(/^tidings_figures_lost_total\{[^}]*\} 5$/m);
  });

  it('are written once more when the process stops, and never after', async () => {
    rollups.figures.accepted('t');
    await rollups.stop();
    expect(accepted()).toEqual([1]);
    rollups.figures.accepted('t');
    await jest.advanceTimersByTimeAsync(10 * INTERVAL_MS);
    expect(accepted()).toEqual([1]);
  });
});
