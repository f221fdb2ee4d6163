import { setTimeout as pause } from 'node:timers/promises';
import { expectToEndure, openOutageStage } from '../chaos/redis-outage.js';
import { startRedis } from '../support/redis.js';

const DOWN_MS = 60_000;
const HUNG_MS = 20_000;

describe('while Redis is', () => {
  it('down for a minute, every publish is accepted without delay, nothing is lost, and the queue works again afterwards', async () => {
    const stage = await openOutageStage();
    await expectToEndure(stage, async () => {
      await stage.redis.kill();
      await pause(DOWN_MS);
      await startRedis({ port: stage.redis.port });
    });
  }, 240_000);

  it('hung for twenty seconds, every publish is accepted without delay, nothing is lost, and the queue works again afterwards', async () => {
    const stage = await openOutageStage();
    await expectToEndure(stage, async () => {
      stage.redis.pause();
      await pause(HUNG_MS);
      stage.redis.resume();
    });
  }, 180_000);
});
