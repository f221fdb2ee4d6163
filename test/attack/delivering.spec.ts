import type { Attempt, Delivery, NewSubscription, Subscription } from '../support/api-shapes.js';
import { startDnsServer } from '../support/dns-server.js';
import { eventually } from '../support/eventually.js';
import type { ReceivedRequest } from '../support/receiver.js';
import { CANARY_HOST, RECEIVER_HOST } from '../support/test-settings.js';
import { itStillDelivers, startTarget, type Target, untilQuiet } from './target.js';

/** What the dispatcher's resolver says, in turn. */
const NAMES = {
  [`${CANARY_HOST}.nip.example.com`]: [[CANARY_HOST]],
  'mixed.example.com': [[RECEIVER_HOST, CANARY_HOST]],
  'mapped.example.com': [[`::ffff:${CANARY_HOST}`]],
  'rebinding.example.com': [[RECEIVER_HOST], [CANARY_HOST]],
};

/** Attacks that are no fault of the request that carries them: they show when an event is matched, rendered or sent. */
describe('an attempt', () => {
  let target: Target;
  let types = 0;
  beforeAll(async () => {
    const names = await startDnsServer();
    for (const [name, answers] of Object.entries(NAMES)) names.on(name, ...answers);
    target = await startTarget({ DNS_SERVERS: names.address });
  });

  const subscribe = (fields: Partial<NewSubscription>): Promise<Subscription & { secret: string }> =>
    target.tenant.subscribe({ url: `${target.receiver.url}/quiet`, failureHandling: { retry: null }, ...fields });

  /** The only delivery of an event to a new subscription, once it has ended, with its last attempt. */
  async function deliver(fields: Partial<NewSubscription>, data: unknown): Promise<{ delivery: Delivery; attempt: Attempt | undefined }> {
    const type = `attempt.n${types++}`;
    const { id: subscriptionId } = await subscribe({ ...fields, eventTypes: [type] });
    const { id } = await target.tenant.publish({ type, data });
    const delivery = await eventually(async () => {
      const found = (await target.tenant.deliveriesOf(id)).find((one) => one.subscriptionId === subscriptionId);
      expect(found?.endedAt).toEqual(expect.any(String));
      return found!;
    });
    return { delivery, attempt: (await target.tenant.attempts(delivery.id))[0] };
  }

  const sentTo = (path: string): ReceivedRequest[] => target.receiver.requests.filter((request) => request.path.startsWith(path));

  describe('at a name', () => {
    it.each(Object.keys(NAMES).filter((name) => name !== 'rebinding.example.com'))(
      'row 73: %s, which resolves to an address that is not public, is taken and then fails with blocked_address',
      async (name) => {
        const { delivery, attempt } = await deliver({ url: `http://${name}:${target.receiver.port}/led-astray` }, 1);
        expect(delivery).toMatchObject({ state: 'failed', lastError: 'blocked_address' });
        expect(attempt).toMatchObject({ response: null, error: { code: 'blocked_address' } });
        expect(JSON.stringify(attempt?.error)).not.toMatch(/127\.0|::ffff/);
        expect(target.canary.requests).toEqual([]);
      },
    );

    it('row 73: that changes its address after the first event is judged anew', async () => {
      const { receiver, tenant } = target;
      receiver.on('/rebinding', { kind: 'answer', headers: { connection: 'close' } });
      const { id: subscriptionId } = await subscribe({
        url: `http://rebinding.example.com:${receiver.port}/rebinding`,
        eventTypes: ['rebinding'],
      });
      const first = await tenant.publish({ type: 'rebinding', data: 1 });
      await receiver.waitFor(({ path }) => path === '/rebinding');
      await untilQuiet(target);
      const second = await tenant.publish({ type: 'rebinding', data: 2 });
      await eventually(async () => {
        const errors = await Promise.all([first, second].map(async ({ id }) => (await tenant.deliveriesOf(id))[0]?.lastError ?? null));
        expect(errors).toEqual([null, 'blocked_address']);
      });
      expect(subscriptionId).toMatch(/^sub_/);
      expect(target.canary.requests).toEqual([]);
    });
  });

  describe('at a url with a placeholder', () => {
    it.each<[string, unknown]>([
      ['a missing member', {}],
      ['null', { v: null }],
      ['an object', { v: { a: 1 } }],
      ['a list', { v: [1] }],
      ['an empty text', { v: '' }],
      ['..', { v: '..' }],
      ['a dot', { v: '.' }],
      ['200 KB', { v: 'x'.repeat(200_000) }],
      ['a way up the path', { v: '/../../admin' }],
    ])('row 79: %s in its place is a template_error, and nothing is sent', async (_, data) => {
      const { delivery, attempt } = await deliver({ url: `${target.receiver.url}/nowhere/{/data/v}/end` }, data);
      expect(delivery).toMatchObject({ state: 'failed', lastError: 'template_error' });
      expect(attempt).toMatchObject({ request: null, response: null, error: { code: 'template_error' } });
      expect(sentTo('/nowhere')).toEqual([]);
    });

    it.each([
      ['//evil.example/', '%2F%2Fevil.example%2F'],
      ['\ud800', '%EF%BF%BD'],
      ['@evil.example', '%40evil.example'],
      ['a?b=c#d&e', 'a%3Fb%3Dc%23d%26e'],
      ['a\r\nX-Evil: 1', 'a%0D%0AX-Evil%3A%201'],
      ['%2e%2e', '%252e%252e'],
      ['{/data/secret}', '%7B%2Fdata%2Fsecret%7D'],
    ])('row 79: %j stays within its step of the path', async (v, sent) => {
      const { delivery } = await deliver({ url: `${target.receiver.url}/step/{/data/v}/end` }, { v, secret: 's' });
      expect(delivery.state).toBe('delivered');
      expect(sentTo('/step').at(-1)?.path).toBe(`/step/${sent}/end`);
      expect(sentTo('/step').at(-1)?.headers['x-evil']).toBeUndefined();
    });
  });

  it('row 80: placeholders of other languages are sent as the text they are', async () => {
    const template = { a: '{{/type}} ${process.env.HOME} {#if x}<%= 1 %>{{constructor.constructor("x")()}} {data.v|upper}' };
    const { delivery } = await deliver({ url: `${target.receiver.url}/literal`, templates: { '*': template } }, { v: 'x' });
    expect(delivery.state).toBe('delivered');
    expect(JSON.parse(sentTo('/literal')[0]!.body.toString())).toEqual({ a: template.a.replace('{{/', '{/') });
  });

  it.each<[string, unknown]>([
    ['a line break', 'a\r\nX-Evil: 1'],
    ['a line feed', 'a\nb'],
    ['NUL', 'a\u0000b'],
    ['more than 4 KiB', 'x'.repeat(5_000)],
  ])('row 81: %s in a header is a template_error, and nothing is sent', async (_, v) => {
    const { delivery, attempt } = await deliver({ url: `${target.receiver.url}/headed`, headers: { 'X-Value': '{/data/v}' } }, { v });
    expect(delivery).toMatchObject({ state: 'failed', lastError: 'template_error' });
    expect(attempt?.request).toBeNull();
    expect(sentTo('/headed')).toEqual([]);
  });

  it('row 81: a placeholder reads neither secrets nor what the event did not bring', async () => {
    const headers = {
      'X-Secret': { value: 'hidden-value', secret: true },
      'X-Peek': 'a{/subscription/secret}{/subscription/headers/X-Secret}{/env/HOME}z',
    };
    await deliver({ url: `${target.receiver.url}/peek`, headers }, 1);
    const [request] = sentTo('/peek');
    expect(request?.headers['x-peek'] ?? 'az').toBe('az');
  });

  it('row 83: patterns of eight wildcards are matched in linear time', async () => {
    const type = `${'a'.repeat(126)}.b`;
    await Promise.all(Array.from({ length: 20 }, () => subscribe({ eventTypes: ['*a*a*a*a*a*a*a*c'] })));
    const { id } = await subscribe({ eventTypes: ['*a*a*a*a*a*a*a*b'] });
    const { body } = await target.tenant.send<{ items: { subscriptionId: string; matched: boolean }[] }>('POST', '/v1/explain', {
      body: { type, data: 1 },
    });
    expect(body.items.filter(({ matched }) => matched).map(({ subscriptionId }) => subscriptionId)).toEqual([id]);
  });

  /** Sends one event to a subscription with this filter and to one without, and tells what came of the first. */
  async function beside(
    filter: unknown,
    data: unknown,
  ): Promise<{ reasons: (string | undefined)[]; matched: boolean | undefined; deliveries: number }> {
    const type = `filtered.n${types++}`;
    const { id } = await subscribe({ filter, eventTypes: [type] });
    const neighbour = await subscribe({ url: `${target.receiver.url}/neighbour`, eventTypes: [type] });
    const event = await target.tenant.publish({ type, data });
    await target.receiver.waitFor(({ path, headers }) => path === '/neighbour' && headers['webhook-id'] === event.id);
    await untilQuiet(target);
    const { body } = await target.tenant.send<{
      items: { matched: boolean; verdicts: { check: string; passed: boolean; reason?: string }[] }[];
    }>('GET', `/v1/events/${event.id}/explain?subscription=${id}`);
    const deliveries = await target.tenant.deliveriesOf(event.id);
    expect(deliveries.map(({ subscriptionId }) => subscriptionId)).toContain(neighbour.id);
    const [explained] = body.items;
    return {
      reasons: explained?.verdicts.filter(({ passed }) => !passed).map(({ reason }) => reason) ?? [],
      matched: explained?.matched,
      deliveries: deliveries.length,
    };
  }

  const sumOver = (inner: unknown): unknown => ({ reduce: [{ var: 'data' }, { '+': [{ var: 'accumulator' }, inner] }, 0] });

  it.each<[string, unknown, unknown]>([
    [
      'a list within a list within a list',
      { some: [{ var: 'data' }, { some: [{ var: '' }, { in: [{ var: '' }, Array.from({ length: 1_000 }, (_, i) => `n${i}`)] }] }] },
      Array.from({ length: 100 }, () => Array<string>(100).fill('x')),
    ],
    [
      'texts that double',
      { reduce: [{ var: 'data' }, { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }, 'xxxxxxxx'] },
      Array(100).fill(1),
    ],
    [
      'lists that double',
      { reduce: [{ var: 'data' }, { merge: [{ var: 'accumulator' }, { var: 'accumulator' }] }, [1, 2]] },
      Array(100).fill(1),
    ],
  ])(
    'row 85: a rule that is slow for its event (%s) is stopped and said to be, and its neighbour gets the event',
    async (_, filter, data) => {
      expect(await beside(filter, data)).toEqual({ reasons: ['filter_budget_exceeded'], matched: false, deliveries: 1 });
    },
  );

  it('row 85: the same rule is fast enough for an ordinary event', async () => {
    expect(await beside({ '>': [sumOver(1), 1] }, [1, 2, 3])).toMatchObject({ matched: true, deliveries: 2 });
  });

  it.each<[string, unknown, unknown]>([
    ['objects compared', { '<': [{ var: 'data.a' }, { var: 'data.b' }] }, { a: {}, b: [] }],
    ['arithmetic with texts', { '>': [{ '+': [{ var: 'data.a' }, 1] }, 5] }, { a: 'x' }],
    ['a list that is none', { some: [{ var: 'data.a' }, { '==': [{ var: '' }, 1] }] }, { a: 'text' }],
    ['in of a number', { in: ['a', { var: 'data.a' }] }, { a: 5 }],
    ['substr of an object', { '===': [{ substr: [{ var: 'data' }, 'x', {}] }, 'y'] }, { a: 5 }],
    ['null all the way', { '===': [{ var: 'data.a.b.c.d' }, 1] }, null],
  ])('row 87: %s match nothing, and the neighbour gets the event', async (_, filter, data) => {
    expect(await beside(filter, data)).toMatchObject({ matched: false, deliveries: 1 });
  });

  it('row 96: under way when its subscription is deleted is recorded, and those that wait are cancelled', async () => {
    const { receiver, tenant } = target;
    const answered = Promise.withResolvers<void>();
    receiver.on('/doomed', { kind: 'answer', after: answered.promise });
    const { id } = await subscribe({ url: `${receiver.url}/doomed`, eventTypes: ['doomed'], maxConcurrency: 1 });
    const events = [await tenant.publish({ type: 'doomed', data: 1 })];
    await receiver.waitFor(({ path }) => path === '/doomed');
    for (let i = 2; i <= 3; i++) events.push(await tenant.publish({ type: 'doomed', data: i }));
    await eventually(async () => expect(await target.db.query('SELECT 1 FROM event_outbox')).toEqual([]));
    expect((await tenant.send('DELETE', `/v1/subscriptions/${id}`)).status).toBe(204);
    answered.resolve();
    await eventually(async () => {
      const ends = await Promise.all(events.map(async (event) => (await tenant.deliveriesOf(event.id))[0]));
      expect(ends.map((end) => [end?.state, end?.reason])).toEqual([
        ['delivered', 'acknowledged'],
        ['cancelled', 'subscription_deleted'],
        ['cancelled', 'subscription_deleted'],
      ]);
    });
    expect(receiver.to('/doomed')).toHaveLength(1);
  });

  itStillDelivers(() => target, /^\/(valid|quiet|rebinding|step\/.*|literal|peek|neighbour|doomed)$/);
});
