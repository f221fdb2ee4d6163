import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../apps/standalone/src/ports.js';
import { expectToEndure, openOutageStage, type OutageStage } from '../chaos/redis-outage.js';

const OUTAGE_MS = 4_000;

/** As in a failover: the server one talks to has become a replica. Writes are answered READONLY, and whoever waits in it UNBLOCKED. */
describe('while Redis is a replica', () => {
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
    await operator.call('REPLICAOF', '127.0.0.1', String(await freePort()));
    await expect(operator.set('any', 'thing')).rejects.toThrow(/^READONLY/);
    await pause(OUTAGE_MS);
    await operator.call('REPLICAOF', 'NO', 'ONE');
  }
});
