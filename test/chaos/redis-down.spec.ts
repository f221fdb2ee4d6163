import { setTimeout as pause } from 'node:timers/promises';
import { startRedis } from '../support/redis.js';
import { expectToEndure, openOutageStage, type OutageStage } from './redis-outage.js';

/** Longer than the 6 s after which older queue libraries never came back. */
const OUTAGE_MS = 8_000;

describe('while Redis is down', () => {
  let stage: OutageStage;
  beforeAll(async () => {
    stage = await openOutageStage();
  });

  it('every publish is accepted without delay, the gateway stays ready, nothing is lost, and the queue works again afterwards', async () => {
    await expectToEndure(stage, outage);
  });

  async function outage(): Promise<void> {
    await stage.redis.kill();
    await pause(OUTAGE_MS);
    await startRedis({ port: stage.redis.port });
  }
});
