import { patch, startStage, untilAllEnded, untilDelivery, type Stage } from './stage.js';

const ONE_HOUR_LATER = { retry: { kind: 'fixed' as const, delaySeconds: 3_600, maxAttempts: 5 } };

/** What people do to a delivery, or to its subscription, while it waits. */
describe('a delivery that waits', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  it('can be cancelled, and so can one that has failed; one that arrived cannot', async () => {
    const { tenant, receiver, database } = stage;
    for (const [state, status, failureHandling] of [
      ['pending', 500, ONE_HOUR_LATER],
      ['failed', 500, { retry: null }],
    ] as const) {
      receiver.on(`/${state}`, { kind: 'answer', status });
      await tenant.subscribe({ url: `${receiver.url}/${state}`, eventTypes: [`cancel.${state}`], failureHandling });
      const { id } = await tenant.publish({ type: `cancel.${state}`, data: {} });
      const delivery = await untilDelivery(tenant, id, { state, attemptCount: 1 });
      await tenant.cancel(delivery.id);
      expect(await tenant.delivery(delivery.id)).toMatchObject({
        state: 'cancelled',
        reason: 'cancelled_by_operator',
        nextAttemptAt: null,
        endedAt: expect.any(String),
      });
    }
    await tenant.subscribe({ url: `${receiver.url}/arrived`, eventTypes: ['cancel.arrived'] });
    const { id } = await tenant.publish({ type: 'cancel.arrived', data: {} });
    const arrived = await untilDelivery(tenant, id, { state: 'delivered' });
    expect(await tenant.send('POST', `/v1/deliveries/${arrived.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'delivery_ended' },
    });
    expect(await tenant.delivery(arrived.id)).toMatchObject({ state: 'delivered', reason: 'acknowledged' });
    await untilAllEnded(database);
  });

  it('is held while its subscription is disabled, and goes on once that is enabled', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/disabled', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/disabled`,
      eventTypes: ['disabled'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 1, maxAttempts: 5 } },
    });
    const { id } = await tenant.publish({ type: 'disabled', data: {} });
    await untilDelivery(tenant, id, { state: 'pending', attemptCount: 1 });
    await patch(tenant, subscription, { enabled: false });
    // It becomes due, is not sent, and is not charged an attempt for that.
    await untilDelivery(tenant, id, { state: 'pending', held: true, nextAttemptAt: null, attemptCount: 1 });
    expect(receiver.to('/disabled')).toHaveLength(1);
    await patch(tenant, subscription, { enabled: true });
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2 });
    expect(receiver.to('/disabled')).toHaveLength(2);
  });

  it('is cancelled when its subscription is deleted, and cannot be resent any more', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/deleted', { kind: 'answer', status: 500 });
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/deleted`,
      eventTypes: ['deleted'],
      failureHandling: ONE_HOUR_LATER,
    });
    const { id } = await tenant.publish({ type: 'deleted', data: {} });
    const { id: delivery } = await untilDelivery(tenant, id, { state: 'pending', attemptCount: 1 });
    expect((await tenant.send('DELETE', `/v1/subscriptions/${subscription.id}`)).status).toBe(204);
    expect(await tenant.delivery(delivery)).toMatchObject({ state: 'cancelled', reason: 'subscription_deleted' });
    expect(await tenant.send('POST', `/v1/deliveries/${delivery}/resend`)).toMatchObject({
      status: 409,
      body: { code: 'subscription_deleted' },
    });
    const later = await tenant.publish({ type: 'deleted', data: {} });
    await untilAllEnded(database);
    expect(await tenant.deliveriesOf(later.id)).toEqual([]);
    expect(receiver.to('/deleted')).toHaveLength(1);
    expect(await tenant.attempts(delivery)).toHaveLength(1);
  });
});
