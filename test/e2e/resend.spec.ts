import { gate, isSignedWith, patch, startStage, untilAllEnded, untilDelivery, type Stage } from './stage.js';

describe('a resent delivery', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  it('repeats the bytes of its templated body although the template was changed; url, headers and secret are today’s', async () => {
    const { tenant, receiver } = stage;
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/before/{/data/n}`,
      eventTypes: ['templated'],
      headers: { 'X-Stage': 'before {/data/n}' },
      templates: { '*': { z: 'one', n: '{/data/n}', a: '{/event/timestamp}' } },
    });
    const { id } = await tenant.publish({ type: 'templated', data: { n: 7 } });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered' });
    await patch(tenant, subscription, {
      url: `${receiver.url}/after/{/data/n}`,
      headers: { 'X-Stage': 'after {/data/n}' },
      templates: { '*': { z: 'two' } },
    });
    const { body: rotated } = await tenant.send<{ secret: string }>('POST', `/v1/subscriptions/${subscription.id}/secrets/rotate`, {
      body: { graceSeconds: 0 },
    });
    await tenant.resend(delivery.id);
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2 });

    const [first] = receiver.to('/before/7');
    const [second] = receiver.to('/after/7');
    expect(first!.body.toString()).toMatch(/^\{"z":"one","n":7,"a":"[^"]+"\}$/);
    expect(second!.body.equals(first!.body)).toBe(true);
    expect([first!.headers['x-stage'], second!.headers['x-stage']]).toEqual(['before 7', 'after 7']);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect([isSignedWith(subscription.secret, first!), isSignedWith(subscription.secret, second!)]).toEqual([true, false]);
    expect(isSignedWith(rotated.secret, second!)).toBe(true);
  });

  it('repeats its default body although a template was added since; the next event has the template', async () => {
    const { tenant, receiver } = stage;
    const subscription = await tenant.subscribe({ url: `${receiver.url}/default`, eventTypes: ['default'] });
    const published = '{"type":"default","data":{"n": 1.50}}';
    const { body } = await tenant.send<{ id: string }>('POST', '/v1/events', { body: published });
    const delivery = await untilDelivery(tenant, body.id, { state: 'delivered' });
    await patch(tenant, subscription, { templates: { '*': '{/data}' } });
    await tenant.resend(delivery.id);
    await untilDelivery(tenant, body.id, { state: 'delivered', attemptCount: 2 });
    const next = await tenant.publish({ type: 'default', data: { n: 2 } });
    await untilDelivery(tenant, next.id, { state: 'delivered' });

    const bodies = receiver.to('/default').map((request) => request.body.toString());
    expect(bodies[0]).toMatch(/,"data":\{"n": 1\.50\}\}$/);
    expect(bodies).toEqual([bodies[0], bodies[0], '{"n":2}']);
  });

  it('takes the place of a retry that was waiting: one more attempt, a manual one', async () => {
    const { tenant, receiver, database } = stage;
    receiver.on('/waiting', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    await tenant.subscribe({
      url: `${receiver.url}/waiting`,
      eventTypes: ['waiting'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 3_600, maxAttempts: 5 } },
    });
    const { id } = await tenant.publish({ type: 'waiting', data: {} });
    const { id: delivery } = await untilDelivery(tenant, id, { state: 'pending', attemptCount: 1 });
    await tenant.resend(delivery);
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2, nextAttemptAt: null });
    await untilAllEnded(database);
    expect((await tenant.attempts(delivery)).map(({ trigger, outcome }) => [trigger, outcome])).toEqual([
      ['manual', 'delivered'],
      ['schedule', 'retry'],
    ]);
    expect(receiver.to('/waiting')).toHaveLength(2);
    expect(await tenant.deliveriesOf(id)).toHaveLength(1);
  });

  it('may be resent out of every state it can end in', async () => {
    const { tenant, receiver } = stage;
    const once = { retry: null };
    for (const [name, status, failureHandling] of [
      ['delivered', 200, once],
      ['failed', 500, once],
      ['diverted', 500, { ...once, divert: true }],
      ['refused', 410, once],
      ['cancelled', 500, { retry: { kind: 'fixed', delaySeconds: 3_600, maxAttempts: 2 } }],
    ] as const) {
      receiver.on(`/${name}`, [{ kind: 'answer', status }, { kind: 'answer' }]);
      const subscription = await tenant.subscribe({ url: `${receiver.url}/${name}`, eventTypes: [`ends.${name}`], failureHandling });
      const { id } = await tenant.publish({ type: `ends.${name}`, data: name });
      const delivery = await untilDelivery(tenant, id, { state: name === 'cancelled' ? 'pending' : name, attemptCount: 1 });
      if (name === 'cancelled') await tenant.cancel(delivery.id);
      if (name === 'refused') await patch(tenant, subscription, { enabled: true });
      expect(await tenant.delivery(delivery.id)).toMatchObject({ state: name });
      await tenant.resend(delivery.id);
      await untilDelivery(tenant, id, { state: 'delivered', reason: 'acknowledged', attemptCount: 2 });
      const [first, second] = receiver.to(`/${name}`);
      expect(second!.body.equals(first!.body)).toBe(true);
    }
  });

  it('begins its policy’s attempts anew', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/anew', { kind: 'answer', status: 500 });
    await tenant.subscribe({
      url: `${receiver.url}/anew`,
      eventTypes: ['anew'],
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 0.1, maxAttempts: 2 } },
    });
    const { id } = await tenant.publish({ type: 'anew', data: {} });
    const delivery = await untilDelivery(tenant, id, { state: 'failed', attemptCount: 2 });
    await tenant.resend(delivery.id);
    await untilDelivery(tenant, id, { state: 'failed', reason: 'attempts_exhausted', attemptCount: 4 });
    expect((await tenant.attempts(delivery.id)).map(({ trigger, outcome }) => [trigger, outcome])).toEqual([
      ['schedule', 'failed'],
      ['manual', 'retry'],
      ['schedule', 'failed'],
      ['schedule', 'retry'],
    ]);
  });

  it('cannot be resent or cancelled while an attempt is under way', async () => {
    const { tenant, receiver } = stage;
    const answer = gate();
    receiver.on('/sending', { kind: 'answer', after: answer.opened });
    await tenant.subscribe({ url: `${receiver.url}/sending`, eventTypes: ['sending'] });
    const { id } = await tenant.publish({ type: 'sending', data: {} });
    await receiver.waitFor(({ path }) => path === '/sending');
    const delivery = await untilDelivery(tenant, id, { state: 'sending' });
    for (const action of ['resend', 'cancel']) {
      const refusal = await tenant.send('POST', `/v1/deliveries/${delivery.id}/${action}`);
      expect(refusal).toMatchObject({ status: 409, body: { code: 'delivery_in_flight' } });
    }
    answer.open();
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 1 });
    expect(receiver.to('/sending')).toHaveLength(1);
  });

  it('makes one attempt of twenty resends at once', async () => {
    const { tenant, receiver } = stage;
    const answer = gate();
    receiver.on('/twenty', [{ kind: 'answer' }, { kind: 'answer', after: answer.opened }, { kind: 'answer' }]);
    await tenant.subscribe({ url: `${receiver.url}/twenty`, eventTypes: ['twenty'] });
    const { id } = await tenant.publish({ type: 'twenty', data: {} });
    const delivery = await untilDelivery(tenant, id, { state: 'delivered' });
    const resend = (): Promise<{ status: number }> => tenant.send('POST', `/v1/deliveries/${delivery.id}/resend`);
    const answers = await Promise.all(Array.from({ length: 20 }, resend));
    // Those that come once the attempt is under way are refused; the gate keeps it so until the last has been answered.
    expect(answers.map(({ status }) => status)).toContain(202);
    expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
    answer.open();
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 2 });
    expect(receiver.to('/twenty')).toHaveLength(2);
  });
});
