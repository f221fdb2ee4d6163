import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expectToEndure, openOutageStage, type OutageStage } from './redis-outage.js';

const OUTAGE_MS = 3_000;

describe('while Redis has no memory left', () => {
  let stage: OutageStage;
  let operator: Redis;

  beforeAll(async () => {
    stage = await openOutageStage();
    operator = new Redis(stage.redis.url);
  });
  afterAll(() => operator.disconnect());

  it('every publish is accepted without delay, the gateway stays ready, nothing is lost, and the queue works again afterwards', async () => {
    await expectToEndure(stage, outage);
  });

  async function outage(): Promise<void> {
    await operator.config('SET', 'maxmemory', '1mb');
    await expect(operator.set('any', 'thing')).rejects.toThrow(/^OOM/);
    await pause(OUTAGE_MS);
    await operator.config('SET', 'maxmemory', '0');
  }
});
