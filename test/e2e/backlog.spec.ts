import { claimRedisDatabase } from '../support/redis.js';
import { type Stage, startStage, untilAllEnded } from './stage.js';

/** More work than a dispatcher has places for, and a sweep that will not come in time to help. */
const PLACES = 4;
const MUCH = 40;
const WITHIN_MS = 20_000;
const env = { DISPATCH_CONCURRENCY: String(PLACES), SWEEP_INTERVAL_MS: '60000' };

describe.each([
  ['in Postgres', async () => ({})],
  ['in Redis', async () => ({ REDIS_URL: await claimRedisDatabase() })],
])('work that finds no place in a dispatcher, with the queue %s,', (_, queue) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ env: { ...env, ...(await queue()) } });
  });

  it('waits for a place and not for the sweep: one event to many subscriptions', async () => {
    const { tenant, receiver, database } = stage;
    const paths = Array.from({ length: MUCH }, (_, i) => `/wide/${i}`);
    for (const path of paths) await tenant.subscribe({ url: `${receiver.url}${path}`, eventTypes: ['wide'] });
    await tenant.publish({ type: 'wide', data: 1 });
    await untilAllEnded(database, WITHIN_MS);
    expect(paths.map((path) => receiver.to(path).length)).toEqual(paths.map(() => 1));
  });

  it('waits for a place and not for the sweep: many events to a few subscriptions', async () => {
    const { tenant, receiver, database } = stage;
    const paths = ['/deep/0', '/deep/1', '/deep/2'];
    for (const path of paths) {
      receiver.on(path, { kind: 'answer', delayMs: 20 });
      await tenant.subscribe({ url: `${receiver.url}${path}`, eventTypes: ['deep'] });
    }
    await Promise.all(Array.from({ length: MUCH }, (_, i) => tenant.publish({ type: 'deep', data: i })));
    await untilAllEnded(database, WITHIN_MS);
    expect(paths.map((path) => receiver.to(path).length)).toEqual(paths.map(() => MUCH));
    expect(Math.max(...paths.map((path) => receiver.mostAtOnce(path)))).toBeLessThanOrEqual(PLACES);
  });
});
