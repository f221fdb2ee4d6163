import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { eventually } from '../support/eventually.js';
import { expectToEndure, openOutageStage, type OutageStage } from '../chaos/redis-outage.js';

const OUTAGE_MS = 3_000;

/** A folder where its file should go: it cannot save, as on a full disk, and from then on refuses to write (MISCONF). */
describe('while Redis cannot save its data', () => {
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

  const savedWith = async (status: 'ok' | 'err'): Promise<void> => {
    await operator.bgsave().catch(() => undefined);
    await eventually(async () => expect(await operator.info('persistence')).toContain(`rdb_last_bgsave_status:${status}`));
  };

  async function outage(): Promise<void> {
    const [, dir] = (await operator.config('GET', 'dir')) as [string, string];
    const inItsWay = join(dir, 'dump.rdb');
    await operator.config('SET', 'save', '3600 1');
    mkdirSync(inItsWay);
    await savedWith('err');
    await expect(operator.set('any', 'thing')).rejects.toThrow(/^MISCONF/);
    await pause(OUTAGE_MS);
    rmSync(inItsWay, { recursive: true });
    await savedWith('ok');
  }
});
