import { type Answer, operator } from '../support/api.js';
import { socketAnswer } from '../support/raw-http.js';
import { expectProblem, itRefuses, leavingNoTrace, type Problem, type Refused } from '../support/refusals.js';
import { itStillDelivers, startTarget, type Target, untilQuiet } from './target.js';

const TO = 'POST /v1/events';
const sound = { type: 'order.created', data: {} };

const refused = (row: number, what: string, fields: object, at: string): Refused => ({
  row,
  what,
  to: TO,
  body: { ...sound, ...fields },
  status: 422,
  code: 'invalid',
  at,
});
const withKey = (row: number, what: string, key: string): Refused => ({
  row,
  what,
  to: TO,
  body: sound,
  headers: { 'idempotency-key': key },
  status: 422,
  code: 'invalid_idempotency_key',
});

interface Published {
  id: string;
  acceptedAt: string;
  duplicate: boolean;
}

describe('a publish', () => {
  let target: Target;
  beforeAll(async () => (target = await startTarget()));
  const publish = (body: unknown, headers = {}): Promise<Answer<Published & Problem>> =>
    target.tenant.send('POST', '/v1/events', { body, headers });
  const events = async (): Promise<number> => Number((await target.db.query<{ n: string }>('SELECT count(*) AS n FROM events'))[0]!.n);

  itRefuses(
    () => target,
    [
      refused(26, 'an unknown member', { foo: 1 }, '/foo'),
      refused(27, 'another tenant', { tenantId: 'ten_x' }, '/tenantId'),
      refused(28, 'a list for a resource', { resource: [] }, '/resource'),
      refused(41, 'a time without its offset', { occurredAt: '2026-01-01T00:00:00' }, '/occurredAt'),
      refused(41, 'a day that never was', { occurredAt: '0000-00-00T00:00:00Z' }, '/occurredAt'),
      refused(41, 'the year 300000', { occurredAt: '300000-01-01T00:00:00Z' }, '/occurredAt'),
      withKey(42, 'an empty key', ''),
      withKey(42, 'a key of 256', 'k'.repeat(256)),
      withKey(42, 'a key that is not ASCII', 'cl\u00e9'),
      withKey(42, 'a tab in a key', 'a\tb'),
      ...['x'.repeat(129), 'a b', '*', 'é', 'a..b', '.a', ''].map((type) =>
        refused(88, `the type ${JSON.stringify(type).slice(0, 12)}`, { type }, '/type'),
      ),
      refused(88, 'no type', { type: undefined }, '/type'),
      ...['a.b', 'a b', '', 'x'.repeat(129), 'evt_01ARYZ6S41XR7KT3TYPFTT39XD'].map((id) =>
        refused(89, `the id ${JSON.stringify(id).slice(0, 12)}`, { id }, '/id'),
      ),
      { row: 99, what: 'no events', to: 'POST /v1/events/batch', body: { events: [] }, status: 422, code: 'too_many_items', at: '/events' },
      {
        row: 99,
        what: 'events that are no list',
        to: 'POST /v1/events/batch',
        body: { events: {} },
        status: 422,
        code: 'invalid_type',
        at: '/events',
      },
      {
        row: 99,
        what: 'something beside the events',
        to: 'POST /v1/events/batch',
        body: { events: [sound], atomic: true },
        status: 422,
        code: 'unknown_field',
        at: '/atomic',
      },
    ],
  );

  it('row 42: refuses a control character in its key, which no client would send', async () => {
    const body = '{"type":"t","data":1}';
    const lines = (key: string) => [
      'POST /v1/events HTTP/1.1',
      ...['host: x', 'connection: close', `authorization: Bearer ${target.tenant.key}`, 'content-type: application/json'],
      ...[`content-length: ${body.length}`, `idempotency-key: ${key}`],
    ];
    expect((await socketAnswer(target.gateway.url, lines('a\u0001b'), body)).status).toBe(400);
    expect((await socketAnswer(target.gateway.url, lines('a'), body)).status).toBe(202);
  });

  it('row 42: refuses two keys, which would be one that nobody chose', async () => {
    const lines = [
      'POST /v1/events HTTP/1.1',
      ...['host: x', 'connection: close', `authorization: Bearer ${target.tenant.key}`, 'content-type: application/json'],
      ...['content-length: 21', 'idempotency-key: a', 'Idempotency-Key: b'],
    ];
    const { status, body } = await leavingNoTrace(target, () => socketAnswer(target.gateway.url, lines, '{"type":"t","data":1}'));
    expect([status, JSON.parse(body)]).toEqual([422, expect.objectContaining({ code: 'invalid_idempotency_key' })]);
  });

  it('row 43: with the same key and body again is answered as the first was, and stores nothing', async () => {
    const first = await publish(sound, { 'idempotency-key': 'same' });
    const before = await events();
    const again = await publish(sound, { 'idempotency-key': 'same' });
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual({ ...first.body, duplicate: true });
    expect([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')]).toEqual([null, 'true']);
    expect(await events()).toBe(before);
  });

  it('row 44: with the same key and another body is refused, and leaves the first intact', async () => {
    const first = await publish(sound, { 'idempotency-key': 'reused' });
    const before = await events();
    const other = await publish({ ...sound, data: 'other' }, { 'idempotency-key': 'reused' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    expectProblem(other);
    expect(await events()).toBe(before);
    expect((await publish(sound, { 'idempotency-key': 'reused' })).body.id).toBe(first.body.id);
  });

  it('row 45: with another tenant’s key is an event of its own', async () => {
    const first = await publish(sound, { 'idempotency-key': 'shared' });
    const other = await operator(target.gateway.url).tenant('other');
    const theirs = await other.publish({ type: 'order.created', data: {} }, { 'idempotency-key': 'shared' });
    expect(theirs.duplicate).toBe(false);
    expect(theirs.id).not.toBe(first.body.id);
  });

  it('row 46: while the first with its key is under way comes to one event', async () => {
    const before = await events();
    const answers = await Promise.all(Array.from({ length: 40 }, () => publish(sound, { 'idempotency-key': 'at-once' })));
    expect(answers.every(({ status, body }) => status === 202 || body.code === 'busy')).toBe(true);
    expect(new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.id)).size).toBe(1);
    expect(await events()).toBe(before + 1);
  });

  it('row 47: after a refused try with its key is taken anew', async () => {
    expect((await publish({ type: 'a b', data: 1 }, { 'idempotency-key': 'second-try' })).status).toBe(422);
    expect((await publish(sound, { 'idempotency-key': 'second-try' })).body.duplicate).toBe(false);
  });

  it('row 42: with a key that contradicts the event’s own id is refused', async () => {
    const answer = await publish({ ...sound, id: 'mine' }, { 'idempotency-key': 'theirs' });
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_conflict']);
  });

  it('row 98: of a type that nobody knows, to nobody, is stored with no delivery', async () => {
    const { status, body } = await publish({ type: 'nobody.cares', data: {} });
    expect(status).toBe(202);
    expect((await target.tenant.send('GET', `/v1/events/${body.id}`)).status).toBe(200);
    expect(await target.tenant.deliveriesOf(body.id)).toEqual([]);
  });

  it('row 98: of a type that nobody registered is refused by a tenant that wants it so', async () => {
    const operators = operator(target.gateway.url);
    const { body: strict } = await operators.send<{ id: string }>('POST', '/v1/tenants', {
      body: { name: 's', slug: 'strict', settings: { strictEventTypes: true } },
    });
    const { key } = await operators.createKey(strict.id);
    const send = (type: string) =>
      target.tenant.send<Problem>('POST', '/v1/events', { body: { type, data: {} }, headers: { authorization: `Bearer ${key}` } });
    const refusal = await send('unknown');
    expect([refusal.status, refusal.body.code]).toEqual([422, 'unknown_event_type']);
    const { body: app } = await target.tenant.send<{ id: string }>('POST', '/v1/apps', {
      body: { name: 'a' },
      headers: { authorization: `Bearer ${key}` },
    });
    await target.tenant.send('POST', `/v1/apps/${app.id}/topics/t/event-types`, {
      body: { eventTypes: [{ name: 'Known' }] },
      headers: { authorization: `Bearer ${key}` },
    });
    expect((await send('known')).status).toBe(202);
  });

  it('row 97: resent is refused for another’s delivery and for one that nobody has', async () => {
    const other = await operator(target.gateway.url).tenant('resenders');
    await target.tenant.subscribe({ url: `${target.receiver.url}/resent`, eventTypes: ['resent'] });
    const { id } = await target.tenant.publish({ type: 'resent', data: 1 });
    await untilQuiet(target);
    const [delivery] = await target.tenant.deliveriesOf(id);
    for (const [send, path] of [
      [other.send, `/v1/deliveries/${delivery!.id}/resend`],
      [target.tenant.send, '/v1/deliveries/dlv_01ARYZ6S41XR7KT3TYPFTT39XD/resend'],
      [target.tenant.send, '/v1/deliveries/nonsense/resend'],
    ] as const) {
      const answer = await leavingNoTrace(target, () => send<Problem>('POST', path));
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found']);
    }
  });

  it('row 97: resent a hundred times at once is sent once, and one under way is refused', async () => {
    const { receiver, tenant } = target;
    const answered = Promise.withResolvers<void>();
    receiver.on('/busy', [{ kind: 'answer' }, { kind: 'answer', after: answered.promise }, { kind: 'answer' }]);
    await tenant.subscribe({ url: `${receiver.url}/busy`, eventTypes: ['busy'] });
    const { id } = await tenant.publish({ type: 'busy', data: 1 });
    await untilQuiet(target);
    const [delivery] = await tenant.deliveriesOf(id);
    const resend = () => tenant.send<Problem>('POST', `/v1/deliveries/${delivery!.id}/resend`);
    const answers = await Promise.all(Array.from({ length: 100 }, resend));
    expect(answers.every(({ status, body }) => status === 202 || (status === 409 && body.code === 'delivery_in_flight'))).toBe(true);
    await receiver.waitFor(() => receiver.to('/busy').length === 2);
    const refusal = await resend();
    expect([refusal.status, refusal.body.code]).toEqual([409, 'delivery_in_flight']);
    answered.resolve();
    await untilQuiet(target);
    expect(receiver.to('/busy')).toHaveLength(2);
  });

  it('row 99: of a hundred with one that is wrong takes the others and names that one', async () => {
    const before = await events();
    const batch = Array.from({ length: 100 }, (_, i) => (i === 57 ? { type: 'a b', data: i } : { type: 'ok', data: i }));
    const { status, body } = await target.tenant.send<{ items: { index: number; status: number; id?: string; error?: Problem }[] }>(
      'POST',
      '/v1/events/batch',
      {
        body: { events: batch },
      },
    );
    expect(status).toBe(207);
    expect(body.items.map(({ index, status: own }) => [index, own])).toEqual(batch.map((_, i) => [i, i === 57 ? 422 : 202]));
    expect(body.items[57]!.error).toMatchObject({ code: 'invalid', errors: [{ path: '/type', code: 'event_type_invalid' }] });
    expect(await events()).toBe(before + 99);
  });

  it('row 99: of several with one own id twice answers for each of them', async () => {
    const twice = { id: 'in-batch', type: 'ok', data: 1 };
    const { status, body } = await target.tenant.send<{ items: { duplicate?: boolean; error?: Problem }[] }>('POST', '/v1/events/batch', {
      body: { events: [twice, twice, { ...twice, data: 2 }] },
    });
    expect(status).toBe(207);
    expect(body.items.map(({ duplicate, error }) => error?.code ?? duplicate)).toEqual([false, true, 'idempotency_key_reused']);
  });

  itStillDelivers(() => target, /^\/(valid|resent|busy)$/);
});
