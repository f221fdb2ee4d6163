import { Metrics } from './metrics.js';

describe('a gauge that is read when it is scraped', () => {
  const samples = async (metrics: Metrics): Promise<string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('size'));

  it('shows what is there now, and not what was there before', async () => {
    const metrics = new Metrics('test');
    let lanes = ['a', 'b'];
    metrics.gauges('size', 'Size.', ['lane'], () => Promise.resolve(lanes.map((lane) => ({ labels: { lane }, value: 1 }))));
    expect(await samples(metrics)).toEqual(['size{lane="a",service="test"} 1', 'size{lane="b",service="test"} 1']);
    lanes = ['b'];
    expect(await samples(metrics)).toEqual(['size{lane="b",service="test"} 1']);
  });

  it('has no value where it cannot be read, and the others keep theirs', async () => {
    const metrics = new Metrics('test');
    let isAway = false;
    metrics.gauges('size', 'Size.', ['lane'], () => {
      if (isAway) throw new Error('away');
      return [{ labels: { lane: 'a' }, value: 7 }];
    });
    metrics.gauge('size_of_another', 'Another.', () => 3);
    expect(await samples(metrics)).toHaveLength(2);
    isAway = true;
    expect(await samples(metrics)).toEqual(['size_of_another{service="test"} 3']);
  });
});
