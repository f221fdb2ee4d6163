import { eventually } from '../support/eventually.js';
import { scrape } from '../support/metrics.js';
import type { AppProcess } from '../support/processes.js';
import { publishUntilAccepted } from './publisher.js';
import { openStage, type Stage } from './stage.js';

/** How often a delivery may take its process down before it is taken for the cause. */
const CRASHES = 3;

describe('a delivery whose process dies each time it is sent', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });

  it('ends as poison after three times while others go on arriving, and can be resent once its cause is gone', async () => {
    const { receiver, tenant, ledger, database } = stage;
    receiver.on('/poison', (_, before) => ({ kind: before < CRASHES ? 'silence' : 'answer' }));
    const [poison, healthy] = [await stage.subscribe('poison'), await stage.subscribe('healthy')];
    const { id } = await publishUntilAccepted(tenant, 'poison');
    ledger.expect(id, [poison], { state: 'failed', reason: 'poison' });

    for (let crash = 1; crash <= CRASHES; crash++) {
      const doomed: AppProcess = await stage.dispatcher();
      await receiver.waitFor(() => receiver.to('/poison').length === crash);
      const { id: other } = await publishUntilAccepted(tenant, 'healthy');
      ledger.expect(other, [healthy]);
      await receiver.waitFor(({ headers }) => headers['webhook-id'] === other);
      // What has arrived is to be recorded before the kill, so that it hits the poison alone.
      const open = `SELECT 1 FROM deliveries WHERE ended_at IS NULL AND event_type = 'healthy'`;
      await eventually(async () => expect(await database.query(open)).toHaveLength(0));
      await doomed.kill();
    }
    const last = await stage.dispatcher();
    await ledger.check({ duplicates: CRASHES - 1 });
    expect((await scrape(last.metricsUrl)).value('tidings_recovered_total', { what: 'poison' })).toBe(1);
    const [delivery] = await tenant.deliveriesOf(id);
    expect(delivery).toMatchObject({ state: 'failed', reason: 'poison', attemptCount: CRASHES, nextAttemptAt: null });
    expect((await tenant.attempts(delivery!.id)).map(({ outcome }) => outcome)).toEqual(['interrupted', 'interrupted', 'interrupted']);

    await tenant.resend(delivery!.id);
    await eventually(async () => expect(await tenant.delivery(delivery!.id)).toMatchObject({ state: 'delivered', reason: 'acknowledged' }));
    expect(receiver.to('/poison')).toHaveLength(CRASHES + 1);
  });
});
