import { eventually } from '../support/eventually.js';
import { publishUntilAccepted } from './publisher.js';
import { openStage, type Stage } from './stage.js';

describe('a dispatcher that is stopped for longer than its lease and then goes on', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });

  it('finds its delivery taken over: its own result is noted as late and changes nothing', async () => {
    const { receiver, tenant, ledger, database } = stage;
    receiver.on('/frozen', [{ kind: 'answer', status: 500, delayMs: 500 }, { kind: 'answer' }]);
    const subscription = await stage.subscribe('frozen');
    const sleeper = await stage.dispatcher();
    const { id } = await publishUntilAccepted(tenant, 'frozen');
    ledger.expect(id, [subscription]);
    await receiver.waitFor(({ path }) => path === '/frozen');
    sleeper.pause();

    const other = await stage.dispatcher();
    const standing = `SELECT state, reason, ended_at, due_at, lease_token, crash_count, retries_used, last_status FROM deliveries`;
    const before = await eventually(async () => {
      const rows = await database.query(standing);
      expect(rows).toMatchObject([{ state: 'delivered', last_status: 200 }]);
      return rows;
    });
    sleeper.resume();

    const [delivery] = await tenant.deliveriesOf(id);
    await eventually(async () => {
      const attempts = await tenant.attempts(delivery!.id);
      expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
        [3, 'late'],
        [2, 'delivered'],
        [1, 'interrupted'],
      ]);
    });
    expect(await database.query(standing)).toEqual(before);
    await ledger.check({ duplicates: 1 });

    // The sleeper works on as if nothing had been.
    await other.stop();
    const later = await publishUntilAccepted(tenant, 'frozen');
    ledger.expect(later.id, [subscription]);
    await ledger.check({ duplicates: 1 });
    expect(receiver.requests).toHaveLength(3);
  });
});
