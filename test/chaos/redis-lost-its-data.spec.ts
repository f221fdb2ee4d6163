import { formatId } from '#domain/ids.js';
import { eventually } from '../support/eventually.js';
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
    const dueAt = await eventually(async () => {
      const rows = await database.query<{ eventId: string; at: Date }>(
        `SELECT event_id AS "eventId", due_at AS at FROM deliveries WHERE state = 'pending' AND attempt_count = 1`,
      );
      expect(rows).toHaveLength(EVENTS);
      return new Map(rows.map(({ eventId, at }) => [formatId('evt', eventId), at.getTime()]));
    });

    for (const id of await publishMany(tenant, 'steady', EVENTS)) ledger.expect(id, [steady]);
    await redis.kill();
    for (const id of await publishMany(tenant, 'steady', EVENTS)) ledger.expect(id, [steady]);
    redis = await startRedis({ port: redis.port });
    const backAt = Date.now();
    const last = await publishUntilAccepted(tenant, 'steady');
    ledger.expect(last.id, [steady]);

    await ledger.check({ duplicates: 0, timeoutMs: 30_000 });
    expect(Math.max(...receiver.to('/steady').map(({ receivedAt }) => receivedAt)) - backAt).toBeLessThan(30_000);
    const retries = receiver.to('/waiting').slice(EVENTS);
    expect(retries).toHaveLength(EVENTS);
    for (const { headers, receivedAt } of retries) {
      const lateMs = receivedAt - dueAt.get(String(headers['webhook-id']))!;
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThanOrEqual(2_000);
    }
  });
});
