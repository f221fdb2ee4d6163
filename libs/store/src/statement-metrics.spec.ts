import { Metrics } from '#observability/metrics.js';
import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';
import { timeStatements } from './statement-metrics.js';

describe('a pool that is watched', () => {
  let metrics: Metrics;
  let pool: Pool & EventEmitter;
  let answer: () => unknown;

  beforeEach(() => {
    metrics = new Metrics('test');
    pool = Object.assign(new EventEmitter(), {
      query: (...args: unknown[]) => answer.call(pool, ...(args as [])),
    }) as unknown as typeof pool;
    timeStatements([pool], metrics);
  });

  const valuesOf = async (name: string): Promise<Record<string, number>> => {
    const metric = (await metrics.registry.getMetricsAsJSON()).find((one) => one.name === name)!;
    return Object.fromEntries(
      metric.values
        .filter((value) => !('metricName' in value) || String(value.metricName).endsWith('_count'))
        .map(({ labels, value }) => [String(Object.values(labels)[0]), value]),
    );
  };

  it('tells how long each of its named statements takes, and the others together', async () => {
    answer = () => Promise.resolve({ rows: [] });
    await pool.query({ name: 'publish', text: 'INSERT' });
    await pool.query({ name: 'publish', text: 'INSERT' });
    await pool.query('SELECT 1');
    await pool.query({ text: 'SELECT 2' });
    expect(await valuesOf('tidings_statement_seconds')).toEqual({ publish: 2, other: 2 });
  });

  it.each([
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'away'],
    [new Error('Connection terminated unexpectedly'), 'away'],
    [new Error('timeout exceeded when trying to connect'), 'no_connection'],
    [Object.assign(new Error('canceling statement'), { code: '57014' }), 'timeout'],
    [new Error('Query read timeout'), 'timeout'],
    [Object.assign(new Error('deadlock detected'), { code: '40P01' }), 'overtaken'],
    [Object.assign(new Error('lock'), { code: '55P03' }), 'locked'],
    [Object.assign(new Error('duplicate key'), { code: '23505' }), 'refused'],
  ])('counts that %s as %s, and hands it on', async (error, fault) => {
    answer = () => Promise.reject(error);
    await expect(pool.query('SELECT 1')).rejects.toBe(error);
    const counts = await valuesOf('tidings_database_errors_total');
    expect(Object.entries(counts).filter(([, value]) => value > 0)).toEqual([[fault, 1]]);
  });

  it('counts idle connections that break, and leaves callers with callbacks alone', async () => {
    pool.emit('error', new Error('Connection terminated'));
    expect(await valuesOf('tidings_database_errors_total')).toMatchObject({ away: 1 });
    answer = () => undefined;
    pool.query('SELECT 1', () => undefined);
    expect(await valuesOf('tidings_statement_seconds')).toEqual({});
  });
});
