import { eventually } from '../support/eventually.js';
import { isSignedWith, patch, startStage, untilDelivery, type Stage } from './stage.js';

const LATER = { kind: 'schedule' as const, delaysSeconds: [0, 1.5], jitter: 0, maxAttempts: 3 };

describe('what is changed on a subscription between two attempts', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });

  /** A delivery whose first attempt has failed and whose second is to come. */
  async function waiting(name: string) {
    const { tenant, receiver } = stage;
    receiver.on(`/${name}`, { kind: 'answer', status: 500 });
    const subscription = await tenant.subscribe({ url: `${receiver.url}/${name}`, eventTypes: [name], failureHandling: { retry: LATER } });
    const { id } = await tenant.publish({ type: name, data: {} });
    await untilDelivery(tenant, id, { state: 'pending', attemptCount: 1 });
    return { subscription, id };
  }

  it('counts for the next: it goes to the new url, signed with the new secret', async () => {
    const { tenant, receiver } = stage;
    const { subscription, id } = await waiting('moves');
    await patch(tenant, subscription, { url: `${receiver.url}/moved` });
    const rotated = await tenant.send<{ secret: string }>('POST', `/v1/subscriptions/${subscription.id}/secrets/rotate`, {
      body: { graceSeconds: 0 },
    });
    expect(rotated.status).toBeLessThan(300);
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2 });
    const [request] = receiver.to('/moved');
    expect(isSignedWith(rotated.body.secret, request!)).toBe(true);
    expect(isSignedWith(subscription.secret, request!)).toBe(false);
    expect(receiver.to('/moves')).toHaveLength(1);
  });

  it('holds it while it is disabled: paused and not lost', async () => {
    const { tenant, receiver } = stage;
    const { subscription, id } = await waiting('pauses');
    await patch(tenant, subscription, { enabled: false });
    await eventually(async () => expect((await tenant.deliveriesOf(id))[0]).toMatchObject({ state: 'pending', held: true }));
    receiver.on('/pauses', { kind: 'answer' });
    await patch(tenant, subscription, { enabled: true });
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2 });
  });
});
