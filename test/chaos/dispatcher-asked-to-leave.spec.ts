import { claimRedisDatabase } from '../support/redis.js';
import type { AppProcess } from '../support/processes.js';
import { publishUntilAccepted } from './publisher.js';
import { openStage, type Stage } from './stage.js';

/** Log lines of pino's level `error` and above, and whatever is no log line at all. */
function complaintsOf(dispatcher: AppProcess): string[] {
  return dispatcher
    .logs()
    .split('\n')
    .filter((line) => line !== '' && !isHarmless(line));
}

function isHarmless(line: string): boolean {
  try {
    const { level } = JSON.parse(line) as { level: number | string };
    return typeof level === 'number' ? level < 50 : !['error', 'fatal'].includes(level);
  } catch {
    return false;
  }
}

describe.each(['Redis', 'Postgres'])('a dispatcher that is asked to leave while a request is under way, its queue in %s', (backend) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ env: backend === 'Redis' ? { REDIS_URL: await claimRedisDatabase() } : {} });
  });

  it('lets it finish, writes down its result, and leaves with code 0 and no complaint', async () => {
    const { receiver, tenant, ledger } = stage;
    receiver.on('/brief', { kind: 'answer', delayMs: 700 });
    const subscription = await stage.subscribe('brief', { timeoutMs: 10_000 });
    const leaving = await stage.dispatcher();
    const { id } = await publishUntilAccepted(tenant, 'brief');
    ledger.expect(id, [subscription]);
    await receiver.waitFor(({ path }) => path === '/brief');
    expect(await leaving.stop()).toEqual({ code: 0, signal: null });

    expect(complaintsOf(leaving)).toEqual([]);
    await ledger.check({ duplicates: 0, timeoutMs: 0 });
    const [delivery] = await tenant.deliveriesOf(id);
    expect((await tenant.attempts(delivery!.id)).map(({ outcome }) => outcome)).toEqual(['delivered']);
  });

  it('gives it back at the deadline, uncharged: another sends it at once, long before its lease would have ended', async () => {
    const { receiver, tenant, ledger } = stage;
    receiver.on('/endless', [{ kind: 'silence' }, { kind: 'answer' }]);
    const once = { retry: { kind: 'fixed', delaySeconds: 1, maxAttempts: 1 } } as const;
    const subscription = await stage.subscribe('endless', { timeoutMs: 30_000, failureHandling: once });
    const leaving = await stage.dispatcher({ SHUTDOWN_DEADLINE_MS: '300' });
    const { id } = await publishUntilAccepted(tenant, 'endless');
    ledger.expect(id, [subscription]);
    await receiver.waitFor(({ path }) => path === '/endless');
    await stage.dispatcher();
    const askedAt = Date.now();
    expect(await leaving.stop()).toEqual({ code: 0, signal: null });

    expect(complaintsOf(leaving)).toEqual([]);
    const [, second] = await receiver.waitFor(receiver.requests.length).then(() => untilTwo(stage));
    expect(second!.receivedAt - askedAt).toBeLessThan(5_000);
    await ledger.check({ duplicates: 1 });
    const [delivery] = await tenant.deliveriesOf(id);
    expect(delivery).toMatchObject({ state: 'delivered', attemptCount: 1 });
    expect((await tenant.attempts(delivery!.id)).map(({ outcome }) => outcome)).toEqual(['delivered']);
  });
});

async function untilTwo({ receiver }: Stage) {
  await receiver.waitFor(() => receiver.to('/endless').length === 2);
  return receiver.to('/endless');
}
