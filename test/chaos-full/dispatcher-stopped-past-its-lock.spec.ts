import { setTimeout as pause } from 'node:timers/promises';
import { publishUntilAccepted } from '../chaos/publisher.js';
import { openStage } from '../chaos/stage.js';
import { claimRedisDatabase } from '../support/redis.js';
import { noteResumed } from '../support/figures.js';

/** A job's lock lasts 60 s; this delivery's lease 75. */
const STOPPED_MS = 65_000;
const env = { LEASE_SLACK_MS: '45000' };

describe('a dispatcher that stands still for longer than a job’s lock lasts, and shorter than its lease', () => {
  it('keeps its delivery: no other sends it meanwhile, and it goes on where it was', async () => {
    const stage = await openStage({ env: { ...env, REDIS_URL: await claimRedisDatabase() } });
    const { receiver, tenant, ledger } = stage;
    receiver.on('/still', { kind: 'answer', delayMs: 500 });
    const subscription = await stage.subscribe('still', { timeoutMs: 30_000 });
    const still = await stage.dispatcher();
    const { id } = await publishUntilAccepted(tenant, 'still');
    ledger.expect(id, [subscription]);
    await receiver.waitFor(1);
    still.pause();
    await stage.dispatcher();
    await pause(STOPPED_MS);
    // The other is at work, and leaves this one alone.
    const other = await publishUntilAccepted(tenant, 'still');
    ledger.expect(other.id, [subscription]);
    await receiver.waitFor(({ headers }) => headers['webhook-id'] === other.id);
    expect(receiver.requests.filter(({ headers }) => headers['webhook-id'] === id)).toHaveLength(1);

    still.resume();
    const resumedAt = Date.now();
    await ledger.check({ duplicates: 0, timeoutMs: 60_000 });
    noteResumed(resumedAt);
    const [delivery] = await tenant.deliveriesOf(id);
    for (const { outcome } of await tenant.attempts(delivery!.id)) expect(['delivered', 'retry']).toContain(outcome);
  }, 240_000);
});
