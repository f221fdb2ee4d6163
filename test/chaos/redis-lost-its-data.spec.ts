import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';
import type { ReceivedRequest } from '../support/receiver.js';
import { startRedis } from '../support/redis.js';
import { publishMany, publishUntilAccepted } from './publisher.js';
import { openStage, type Stage } from './stage.js';
import type { RedisServer } from '../support/redis-server.js';

const RETRY_AFTER_S = 5;
const EVENTS = 20;

describe('a Redis that is killed and comes back empty', () => {
  let stage: Stage;
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await startRedis();
    stage = await openStage({ env: { REDIS_URL: redis.url } });
    await Promise.all([stage.dispatcher(), stage.dispatcher()]);
  });

  it('costs no delivery: waiting retries keep their time to within 2 s, and everything else goes on within 30 s', async () => {
    const { receiver, tenant, ledger, database } = stage;
    const retry = { kind: 'schedule' as const, delaysSeconds: [0, RETRY_AFTER_S], jitter: 0, maxAttempts: 3 };
    const waiting = await stage.subscribe('waiting', { failureHandling: { retry } });
    const steady = await stage.subscribe('steady');
    receiver.on('/waiting', (_, before) => ({ kind: 'answer', status: before < EVENTS ? 500 : 200 }));
    for (const id of await publishMany(tenant, 'waiting', EVENTS)) ledger.expect(id, [waiting]);
    const waitingNow = `SELECT 1 FROM deliveries WHERE state = 'pending' AND attempt_count = 1`;
    await eventually(async () => expect(await database.query(waitingNow)).toHaveLength(EVENTS));

    for (const id of await publishMany(tenant, 'steady', EVENTS)) ledger.expect(id, [steady]);
    await redis.kill();
    for (const id of await publishMany(tenant, 'steady', EVENTS)) ledger.expect(id, [steady]);
    redis = await startRedis({ port: redis.port });
    const backAt = Date.now();
    const last = await publishUntilAccepted(tenant, 'steady');
    ledger.expect(last.id, [steady]);

    await ledger.check({ duplicates: 0, timeoutMs: 30_000 });
    const lastAt = Math.max(...receiver.to('/steady').map(({ receivedAt }) => receivedAt));
    noteResumed(backAt, lastAt);
    expect(lastAt - backAt).toBeLessThan(30_000);
    const idOf = ({ headers }: ReceivedRequest): string => String(headers['webhook-id']);
    const requests = receiver.to('/waiting');
    const firstAt = new Map(requests.slice(0, EVENTS).map((request) => [idOf(request), request.receivedAt]));
    const retries = requests.slice(EVENTS);
    expect(retries).toHaveLength(EVENTS);
    for (const retry of retries) {
      const lateMs = retry.receivedAt - firstAt.get(idOf(retry))! - RETRY_AFTER_S * 1_000;
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThanOrEqual(2_000);
    }
  });
});
