import { Redis } from 'ioredis';
import { openOutageStage, type OutageStage, sweepTheRest, untilQueueWorks } from './redis-outage.js';
import { publishMany } from './publisher.js';

const UNDER_WAY = 12;

describe('a FLUSHALL while requests are under way', () => {
  let stage: OutageStage;
  let operator: Redis;

  beforeAll(async () => {
    stage = await openOutageStage();
    operator = new Redis(stage.redis.url);
  });
  afterAll(() => operator.disconnect());

  it('leaves their results recorded as they came, and the same dispatchers go on taking jobs', async () => {
    const { receiver, tenant, ledger, database } = stage;
    receiver.on('/slow', { kind: 'answer', delayMs: 700 });
    const slow = await stage.subscribe('slow');
    const published = publishMany(tenant, 'slow', UNDER_WAY);
    await receiver.waitFor(({ path }) => path === '/slow');
    await operator.flushall();
    // The proof that it hit them on their way.
    expect(await database.query(`SELECT 1 FROM deliveries WHERE event_type = 'slow' AND state = 'sending'`)).not.toHaveLength(0);

    for (const id of await published) ledger.expect(id, [slow]);
    await untilQueueWorks(stage);
    await sweepTheRest(stage);
    await ledger.check({ duplicates: 0 });
    const outcomes = `SELECT a.outcome, count(*)::int AS n FROM attempts a JOIN deliveries d ON d.id = a.delivery_id
      WHERE d.event_type = 'slow' GROUP BY 1`;
    expect(await database.query(outcomes)).toEqual([{ outcome: 'delivered', n: UNDER_WAY }]);
  });
});
