import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { publishUntilAccepted } from './publisher.js';
import { openStage } from './stage.js';

const RETRY_AFTER_S = 1;
const TEN_MINUTES_MS = 600_000;
const skewed = (ms: number) => ({
  NODE_OPTIONS: `--import ${join(projectRoot(), 'test', 'support', 'skewed-clock.mjs')}`,
  CLOCK_SKEW_MS: String(ms),
});

describe.each([TEN_MINUTES_MS, -TEN_MINUTES_MS])('a dispatcher whose clock is wrong by %i ms', (skewMs) => {
  it('sends retries at their time, signs with the right time, and says that its clock is wrong', async () => {
    const stage = await openStage();
    const { receiver, tenant, ledger } = stage;
    receiver.on('/skewed', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const retry = { kind: 'schedule' as const, delaysSeconds: [0, RETRY_AFTER_S], jitter: 0, maxAttempts: 2 };
    const subscription = await stage.subscribe('skewed', { failureHandling: { retry } });
    const dispatcher = await stage.dispatcher(skewed(skewMs));
    const { id } = await publishUntilAccepted(tenant, 'skewed');
    ledger.expect(id, [subscription]);
    // Its signatures verify, which the official library does not say of one that is five minutes old.
    await ledger.check({ duplicates: 0 });

    const [first, second] = receiver.to('/skewed');
    for (const { headers, receivedAt } of [first!, second!])
      expect(Math.abs(Number(headers['webhook-timestamp']) * 1_000 - receivedAt)).toBeLessThan(3_000);
    const waitedMs = second!.receivedAt - first!.receivedAt;
    expect(waitedMs).toBeGreaterThanOrEqual(RETRY_AFTER_S * 1_000 - 5);
    expect(waitedMs).toBeLessThan(RETRY_AFTER_S * 1_000 + 2_000);
    const [delivery] = await tenant.deliveriesOf(id);
    for (const { startedAt } of await tenant.attempts(delivery!.id))
      expect(Math.abs(Date.parse(startedAt) - first!.receivedAt)).toBeLessThan(10_000);

    expect(dispatcher.logs()).toContain('clock.skewed');
    const metrics = await (await fetch(`${dispatcher.metricsUrl}/metrics`)).text();
    const offset = Number(/^tidings_clock_offset_seconds\S* (\S+)$/m.exec(metrics)?.[1]);
    expect(Math.abs(offset + skewMs / 1_000)).toBeLessThan(2);
  });
});
