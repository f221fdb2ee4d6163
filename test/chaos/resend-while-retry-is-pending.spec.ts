import { eventually } from '../support/eventually.js';
import { publishMany, publishUntilAccepted } from './publisher.js';
import { openStage, type Stage } from './stage.js';

const CALLS = 20;
const RACES = 5;

describe('a delivery that is resent by many at once while a retry of it is pending', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await Promise.all([stage.dispatcher(), stage.dispatcher()]);
  });

  const resendManyTimes = (deliveryId: string) =>
    Promise.all(Array.from({ length: CALLS }, () => stage.tenant.send<{ code?: string }>('POST', `/v1/deliveries/${deliveryId}/resend`)));

  /** The first `failures` requests fail. Every later one is answered when `after` says, so that all calls meet one and the same attempt. */
  const subscribe = (path: string, failures: number, retryAfterSeconds: number, after: Promise<unknown>) => {
    stage.receiver.on(`/${path}`, (_, before) => (before < failures ? { kind: 'answer', status: 500 } : { kind: 'answer', after }));
    const retry = { kind: 'schedule' as const, delaysSeconds: [0, retryAfterSeconds], jitter: 0, maxAttempts: 5 };
    return stage.subscribe(path, { timeoutMs: 20_000, failureHandling: { retry } });
  };

  it('is sent once: the retry gives way, and both attempts are written down', async () => {
    const { tenant, ledger, receiver } = stage;
    const called = Promise.withResolvers<void>();
    const subscription = await subscribe('waiting', 1, 3_600, called.promise);
    const { id } = await publishUntilAccepted(tenant, 'waiting');
    ledger.expect(id, [subscription]);
    const delivery = await eventually(async () => {
      const [row] = await tenant.deliveriesOf(id);
      expect(row).toMatchObject({ state: 'pending', attemptCount: 1 });
      return row!;
    });

    const answers = await resendManyTimes(delivery.id);
    called.resolve();
    expect(answers.filter(({ status }) => status === 202)).not.toHaveLength(0);
    for (const { status, body } of answers) if (status !== 202) expect([status, body.code]).toEqual([409, 'delivery_in_flight']);
    await ledger.check({ duplicates: 0 });
    expect(receiver.to('/waiting')).toHaveLength(2);
    const attempts = await tenant.attempts(delivery.id);
    expect(attempts.map(({ number, trigger, outcome }) => [number, trigger, outcome])).toEqual([
      [2, 'manual', 'delivered'],
      [1, 'schedule', 'retry'],
    ]);
    expect(await tenant.delivery(delivery.id)).toMatchObject({ state: 'delivered', attemptCount: 2, nextAttemptAt: null });
  });

  it('is sent once when the retry falls due at that very moment, whichever of the two comes first', async () => {
    const { tenant, ledger, receiver } = stage;
    const called = Promise.withResolvers<void>();
    const subscription = await subscribe('racing', RACES, 0.6, called.promise);
    const ids = await publishMany(tenant, 'racing', RACES);
    for (const id of ids) ledger.expect(id, [subscription]);
    await eventually(() => expect(receiver.to('/racing').length).toBeGreaterThanOrEqual(RACES));
    const deliveries = await tenant.deliveries({ eventType: 'racing' });
    const answers = (await Promise.all(deliveries.map(({ id }) => resendManyTimes(id)))).flat();
    called.resolve();
    for (const { status, body } of answers) if (status !== 202) expect([status, body.code]).toEqual([409, 'delivery_in_flight']);

    await ledger.check({ duplicates: 0 });
    expect(receiver.to('/racing')).toHaveLength(2 * RACES);
    for (const { id } of deliveries) {
      const attempts = await tenant.attempts(id);
      expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
        [2, 'delivered'],
        [1, 'retry'],
      ]);
    }
  });
});
