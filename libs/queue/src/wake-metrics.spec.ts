import { Metrics } from '#observability/metrics.js';
import { WakeMetrics } from './wake-metrics.js';

describe('the metrics of the queue', () => {
  const told = async (metrics: Metrics, name: string): Promise<string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));

  it('tell the jobs of each queue as they are at the scrape, and of none while one does not answer', async () => {
    const metrics = new Metrics('test');
    const queue = new WakeMetrics(metrics);
    let isAway = false;
    queue.watch('fanout', () => Promise.resolve(3));
    queue.watch('deliver', () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(0)));
    expect(await told(metrics, 'tidings_queue_jobs')).toEqual([
      'tidings_queue_jobs{queue="fanout",service="test"} 3',
      'tidings_queue_jobs{queue="deliver",service="test"} 0',
    ]);
    isAway = true;
    expect(await told(metrics, 'tidings_queue_jobs')).toEqual([]);
  });

  it('count the errors of workers from none on', async () => {
    const metrics = new Metrics('test');
    new WakeMetrics(metrics).countError('deliver');
    expect(await told(metrics, 'tidings_queue_errors_total')).toEqual([
      'tidings_queue_errors_total{queue="fanout",service="test"} 0',
      'tidings_queue_errors_total{queue="fanout-flood",service="test"} 0',
      'tidings_queue_errors_total{queue="deliver",service="test"} 1',
    ]);
  });
});
