import { startGateway } from '../support/processes.js';
import { publishOnce, publishUntilAccepted } from './publisher.js';
import { openStage, type Stage, through } from './stage.js';

describe('an event whose gateway is killed before its commit', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await stage.dispatcher();
  });

  it('is neither stored nor sent, and the repeat of its publish makes one event', async () => {
    const { database, receiver, tenant, ledger } = stage;
    const subscription = await stage.subscribe('unborn');
    const doomed = await startGateway({ ...stage.env, FAIL_POINT: 'crash-before-commit' });
    const died = doomed.expectExit();
    expect((await publishOnce(through(doomed, tenant), 'unborn', 'unborn-1')).status).toBe(0);
    expect(await died).toMatchObject({ signal: 'SIGKILL' });

    const traces = `SELECT (SELECT count(*) FROM events)::int AS events, (SELECT count(*) FROM event_keys)::int AS keys,
      (SELECT count(*) FROM event_outbox)::int AS marked, (SELECT count(*) FROM deliveries)::int AS deliveries`;
    expect(await database.query(traces)).toEqual([{ events: 0, keys: 0, marked: 0, deliveries: 0 }]);
    expect(receiver.requests).toHaveLength(0);

    const repeat = await publishUntilAccepted(tenant, 'unborn', 'unborn-1');
    expect(repeat.isDuplicate).toBe(false);
    ledger.expect(repeat.id, [subscription]);
    await ledger.check({ duplicates: 0 });
  });
});
