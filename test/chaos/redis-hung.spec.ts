import { setTimeout as pause } from 'node:timers/promises';
import { expectToEndure, openOutageStage, type OutageStage } from './redis-outage.js';

const OUTAGE_MS = 5_000;

/** Connections stay open and no error is raised: only a time limit of one's own tells a hung Redis from a slow one. */
describe('while Redis hangs', () => {
  let stage: OutageStage;
  beforeAll(async () => {
    stage = await openOutageStage();
  });

  it('every publish is accepted without delay, the gateway stays ready, nothing is lost, and the queue works again afterwards', async () => {
    await expectToEndure(stage, outage);
  });

  async function outage(): Promise<void> {
    stage.redis.pause();
    await pause(OUTAGE_MS);
    stage.redis.resume();
  }
});
