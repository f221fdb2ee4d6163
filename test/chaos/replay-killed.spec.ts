import { formatId } from '../../libs/domain/src/ids.js';
import { eventually } from '../support/eventually.js';
import { insertFailed, lastHour, readReplay, startReplay, untilReplay } from '../support/replays.js';
import { openStage, type Stage } from './stage.js';

const CONCURRENCY = 16;
const DELIVERIES = 240;
const KILLS = 3;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { DISPATCH_CONCURRENCY: String(CONCURRENCY) } });
});

describe('a dispatcher that is killed in the middle of a replay', () => {
  it('has the replay carried on by another: nothing is lost and nothing is released twice', async () => {
    const { receiver, tenant, database, ledger } = stage;
    receiver.on('/replayed', { kind: 'answer', delayMs: 30 });
    const subscription = await stage.subscribe('replayed');
    const [row] = await database.query<{ id: string }>('SELECT id FROM tenants');
    const events = await insertFailed(database, row!.id, subscription.uuid, DELIVERIES);
    for (const uuid of events) ledger.expect(formatId('evt', uuid), [subscription]);

    const pair = [stage.dispatcher(), stage.dispatcher()];
    await Promise.all(pair);
    // Slow enough that it is under way when the last of them dies.
    const replay = await startReplay(tenant, { mode: 'failed', subscriptionId: subscription.id, ratePerSecond: 30, ...lastHour() });
    for (let kill = 0; kill < KILLS; kill++) {
      const enough = ((kill + 1) * DELIVERIES) / (KILLS + 2);
      await eventually(async () => expect((await readReplay(tenant, replay)).resent).toBeGreaterThan(enough), { timeoutMs: 60_000 });
      await (await pair[kill % 2])!.kill();
      expect((await readReplay(tenant, replay)).state).toBe('running');
      pair[kill % 2] = stage.dispatcher();
    }
    await Promise.all(pair);
    await untilReplay(tenant, replay, { state: 'done', processed: DELIVERIES, resent: DELIVERIES, skipped: 0 }, 60_000);

    await ledger.check({ duplicates: CONCURRENCY * KILLS, timeoutMs: 30_000 });
    const attempts = await database.query<{ delivery_id: string; trigger: string; outcome: string }>(
      `SELECT delivery_id, trigger, outcome FROM attempts WHERE outcome <> 'interrupted'`,
    );
    expect(attempts.every(({ trigger, outcome }) => trigger === 'replay' && outcome === 'delivered')).toBe(true);
    expect(new Set(attempts.map(({ delivery_id }) => delivery_id)).size).toBe(DELIVERIES);
    expect(attempts).toHaveLength(DELIVERIES);
  });
});
