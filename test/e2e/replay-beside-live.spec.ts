import { setInterval as every } from 'node:timers/promises';
import type { NewSubscription } from '../support/api-shapes.js';
import { insertFailed, lastHour, readReplay, startReplay } from '../support/replays.js';
import { startStage, untilAllEnded, type Stage } from './stage.js';

/** How many are replayed; a full run sets 100000. */
const DELIVERIES = Number(process.env['REPLAY_TEST_DELIVERIES'] ?? '2000');
/** As it takes with one slow core, and then some. */
const PATIENCE_MS = 90_000 + DELIVERIES * 20;
const P95_MS = 2_000;

describe('a large replay by two dispatchers', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({ dispatchers: 2 });
  });

  it(
    'sends each delivery once, and live events arrive meanwhile as they do without it, at the same endpoint and at others',
    async () => {
      const { tenant, receiver, database, dispatchers } = stage;
      // Slow enough that all of them at once would keep the endpoint's places for seconds.
      for (const path of ['/replayed', '/other']) receiver.on(path, { kind: 'answer', delayMs: 100 });
      const subscribe = (path: string, over: Partial<NewSubscription> = {}) =>
        tenant.subscribe({ url: `${receiver.url}${path}`, eventTypes: ['live'], ...over });
      const [replayed] = [await subscribe('/replayed'), await subscribe('/other')];
      const [row] = await database.query<{ id: string }>('SELECT id FROM tenants');
      await insertFailed(database, row!.id, replayed.uuid, DELIVERIES);

      const replay = await startReplay(tenant, { mode: 'failed', subscriptionId: replayed.id, ratePerSecond: 1_000, ...lastHour() });
      const live = new Map<string, number>();
      const began = performance.now();
      for await (const _ of every(50)) {
        const publishedAt = Date.now();
        live.set((await tenant.publish({ type: 'live', data: 1 })).id, publishedAt);
        const { state } = await readReplay(tenant, replay);
        if (state !== 'running' && state !== 'queued') break;
        if (performance.now() - began > PATIENCE_MS) break;
      }
      await untilAllEnded(database, PATIENCE_MS);

      expect(await readReplay(tenant, replay)).toMatchObject({ state: 'done', total: DELIVERIES, resent: DELIVERIES, skipped: 0 });
      for (const path of ['/replayed', '/other']) {
        const latencies = receiver
          .to(path)
          .flatMap(({ headers, receivedAt }) => {
            const publishedAt = live.get(String(headers['webhook-id']));
            return publishedAt === undefined ? [] : [receivedAt - publishedAt];
          })
          .sort((a, b) => a - b);
        expect([path, latencies.length]).toEqual([path, live.size]);
        expect(latencies[Math.floor(latencies.length * 0.95)]).toBeLessThan(P95_MS);
      }
      // Else there was no replay beside the live traffic.
      expect(live.size).toBeGreaterThan(20);
      expect(receiver.to('/replayed')).toHaveLength(DELIVERIES + live.size);
      const counts = await Promise.all(dispatchers.map(({ metricsUrl }) => replayedBy(metricsUrl)));
      expect(counts.reduce((sum, n) => sum + n, 0)).toBe(DELIVERIES);
      const logs = dispatchers.map((dispatcher) => dispatcher.logs()).join('\n');
      for (const event of ['replay.started', 'replay.ended']) expect([event, logs.split(`"${event}"`).length - 1]).toEqual([event, 1]);
      expect(logs).toContain('"replay.advanced"');
    },
    PATIENCE_MS * 2,
  );
});

async function replayedBy(metricsUrl: string): Promise<number> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  return Number(/^tidings_replayed_total\{[^}]*mode="failed"[^}]*\} (\d+)$/m.exec(text)?.[1] ?? 0);
}
