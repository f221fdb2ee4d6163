import { eventually } from '../support/eventually.js';
import { publishUntilAccepted } from './publisher.js';
import { openStage } from './stage.js';

const OTHER_KEYS = `k9:${Buffer.alloc(32, 9).toString('base64')}`;

describe('a dispatcher that lacks the key to a stored secret', () => {
  it('sends nothing, charges nothing and says so; one that has the key sends it, signed', async () => {
    const stage = await openStage();
    const { receiver, tenant, ledger, database } = stage;
    const once = { retry: { kind: 'fixed', delaySeconds: 1, maxAttempts: 1 } } as const;
    const sealed = await stage.subscribe('sealed', { failureHandling: once });
    const keyless = await stage.dispatcher({ SECRET_KEYS: OTHER_KEYS });
    const { id } = await publishUntilAccepted(tenant, 'sealed');
    ledger.expect(id, [sealed]);
    await eventually(() => expect(keyless.logs()).toContain('secret_key_missing'));
    // It is told of before it is put off.
    await eventually(async () => {
      const [delivery] = await database.query(`SELECT state, attempt_count, crash_count FROM deliveries WHERE event_type = 'sealed'`);
      expect(delivery).toEqual({ state: 'pending', attempt_count: 0, crash_count: 0 });
    });
    const metrics = await (await fetch(`${keyless.metricsUrl}/metrics`)).text();
    expect(metrics).toMatch(/tidings_faults_total\{[^}]*code="secret_key_missing"[^}]*\} [1-9]/);

    await keyless.stop();
    expect(receiver.requests).toHaveLength(0);
    await stage.dispatcher();
    await ledger.check({ duplicates: 0 });
    const [sent] = await tenant.deliveriesOf(id);
    expect(sent).toMatchObject({ state: 'delivered', attemptCount: 1 });
  });
});
