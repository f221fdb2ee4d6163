import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Subscription } from '../support/api-shapes.js';
import { operator } from '../support/api.js';
import type { ReceivedRequest } from '../support/receiver.js';
import { startStage, type Stage, untilAllEnded } from '../e2e/stage.js';
import { DOCUMENT_EVENTS, os1Client, type Os1Answer, type Os1Client, os1Publisher, SIGNATURE_KEY } from './os1-client.js';

const HELD = { appPermissions: ['get-user-details'] };

/** Companion document "Subscribing to Webhook Events", and the delivery of what publishers publish through the native API. */
describe('OS1 subscribers', () => {
  let stage: Stage;
  let url: string;
  let count = 0;
  let publisher: Os1Client & { appId: string };
  let subscriber: Os1Client;
  let tenantId: string;
  /** A path of the receiver that belongs to one test. */
  let path: string;

  beforeAll(async () => {
    stage = await startStage();
    ({ url } = stage.gateway);
  });

  beforeEach(async () => {
    tenantId = (await operator(url).createTenant(`os1-${count++}`)).id;
    path = `/${tenantId}`;
    publisher = await os1Publisher(url, tenantId);
    await publisher.call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    subscriber = await os1Client(url, tenantId, HELD);
  });

  const subscribe = (fields: object = {}, client = subscriber): Promise<Os1Answer> =>
    client.call('POST', '/subscriptions', {
      topic: 'participant',
      events: ['UserCreated', 'UserUpdated'],
      webhook: { url: `${stage.receiver.url}${path}`, signatureKey: SIGNATURE_KEY },
      ...fields,
    });

  const publish = async (type: string, event: object = {}, data: object = {}): Promise<string> =>
    (await publisher.native.publish({ type, app: publisher.appId, topic: 'participant', data, event: { name: type, ...event } })).id;

  /** The ids of the events that have come, once everything published so far has come to its end. */
  const arrived = async (): Promise<unknown[]> => {
    await untilAllEnded(stage.database);
    return stage.receiver.to(path).map(({ headers }) => headers['webhook-id']);
  };

  const refusal = ({ status, body }: Os1Answer): unknown => [
    status,
    body.error.code,
    body.error.additionalInfo.errorTrace.map((fault) => fault.path),
  ];

  it('3.1.16 the document’s filterLogic lets the event of its own type through and no other', async () => {
    await publisher.call('PUT', '/topics/participant/events/UserUpdated', {
      // As the document's text has it, in lower case; and one that names the other type.
      events: [{ filterLogic: { '===': ['$eventtype', 'UserCreatedEvent'] } }],
    });
    await subscribe();
    await publish('UserUpdatedEvent');
    const created = await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([created]);
    await publisher.call('PUT', '/topics/participant/events/UserUpdated', { events: [DOCUMENT_EVENTS.events[1]] });
    const updated = await publish('UserUpdatedEvent');
    expect(await arrived()).toEqual([created, updated]);
  });

  it('3.1.17 the document’s filterLogic on event.state delivers that state; another one, or none, is not delivered', async () => {
    const filterLogic = { '===': [{ var: ['event.state'] }, 'ACTIVE:AVAILABLE'] };
    await publisher.call('PUT', '/topics/participant/events/UserUpdated', { events: [{ filterLogic }] });
    await subscribe();
    await publish('UserUpdatedEvent', { state: 'INACTIVE' });
    await publish('UserUpdatedEvent');
    const active = await publish('UserUpdatedEvent', { state: 'ACTIVE:AVAILABLE' });
    expect(await arrived()).toEqual([active]);
  });

  it('3.1.19 a key that holds none of the app’s permissions may not subscribe; one that holds one of them may', async () => {
    await publisher.call('PATCH', '/apps', { permissions: ['get-users', 'get-user-details'] });
    expect(refusal(await subscribe({}, await os1Client(url, tenantId)))).toEqual([403, 'app_permission_missing', []]);
    expect(refusal(await subscribe({}, await os1Client(url, tenantId, { appPermissions: ['other'] })))).toEqual([
      403,
      'app_permission_missing',
      [],
    ]);
    expect((await subscribe()).status).toBe(201);
  });

  it('3.1.20 only registered events can be subscribed to, and only under their topic', async () => {
    expect(refusal(await subscribe({ events: ['UserCreated', 'Nobody'] }))).toEqual([400, 'unknown_event', ['/events/1']]);
    expect(refusal(await subscribe({ topic: 'entity' }))).toEqual([400, 'unknown_event', ['/events/0', '/events/1']]);
    expect(refusal(await subscribe({ events: ['Nobody'], eventAppId: publisher.appId }))).toEqual([400, 'unknown_event', ['/events/0']]);
    expect(refusal(await subscribe({ eventAppId: 'app:00000000-0000-7000-8000-000000000000' }))).toEqual([
      400,
      'unknown_app',
      ['/eventAppId'],
    ]);
    expect(refusal(await subscribe({ topic: 'invoice' }))).toEqual([400, 'invalid_value', ['/topic']]);
  });

  it('3.1.20 events that several apps have registered need eventAppId; those of different apps make two subscriptions', async () => {
    const other = await os1Publisher(url, tenantId);
    await other.call('POST', '/topics/participant/events', { events: [{ name: 'UserCreated' }, { name: 'Other' }] });
    expect(refusal(await subscribe({ events: ['UserCreated'] }))).toEqual([409, 'conflict', ['/eventAppId']]);
    expect(refusal(await subscribe({ events: ['UserUpdated', 'Other'] }))).toEqual([409, 'conflict', []]);
    const { body } = await subscribe({ events: ['UserCreated'], eventAppId: other.appId });
    expect(body.data).toMatchObject({ eventAppId: other.appId, events: ['UserCreated'] });
    expect((await subscribe({ events: ['Other'] })).body.data.eventAppId).toBe(other.appId);
  });

  it('3.1.21 a subscription is created with twenty events and not with twenty-one', async () => {
    const names = Array.from({ length: 21 }, (_, i) => `Event${i}`);
    await publisher.call('POST', '/topics/participant/events', { events: names.map((name) => ({ name })) });
    expect(refusal(await subscribe({ events: names }))).toEqual([400, 'too_many_items', ['/events']]);
    const { id, events } = (await subscribe({ events: names.slice(0, 20) })).body.data;
    expect(events).toEqual(names.slice(0, 20));
    // Later ones are added.
    const added = await subscriber.call('PATCH', `/subscriptions/${id}`, { action: 'add', events: ['Event20', 'event3'] });
    expect(added.body.data.events).toEqual(names);
  });

  it('3.1.22 isActive is true and customAttr false unless said otherwise; the signature key is in no answer', async () => {
    const created = await subscribe({ description: 'Users to ERP' });
    expect(created.status).toBe(201);
    const { id } = created.body.data;
    const item = {
      id,
      description: 'Users to ERP',
      topic: 'participant',
      eventAppId: publisher.appId,
      isActive: true,
      customAttr: false,
    };
    const detail = { ...item, events: ['UserCreated', 'UserUpdated'], webhook: { url: `${stage.receiver.url}${path}` } };
    expect(created.body).toEqual({ data: detail });
    expect((await subscriber.call('GET', `/subscriptions/${id}`)).body).toEqual({ data: detail });
    expect((await subscriber.call('GET', '/subscriptions')).body).toEqual({
      data: { subscriptions: [item], meta: { nextPage: null, hasNextPage: false } },
    });
    const other = await subscribe({ isActive: false, customAttr: true });
    expect(other.body.data).toMatchObject({ isActive: false, customAttr: true, description: null });
    const firstPage = (await subscriber.call('GET', '/subscriptions?limit=1')).body.data;
    const secondPage = (await subscriber.call('GET', `/subscriptions?limit=1&nextPage=${firstPage.meta?.nextPage}`)).body.data;
    expect([firstPage, secondPage].flatMap(({ subscriptions = [] }) => subscriptions.map((each) => each.id))).toEqual([
      other.body.data.id,
      id,
    ]);
  });

  it('3.1.22 a refused subscription repeats the request without its signature key', async () => {
    const webhook = { url: 'https://user:pass-word@hooks.example.com/', signatureKey: SIGNATURE_KEY };
    const answer = await subscribe({ webhook, topic: 'invoice' });
    expect(answer.status).toBe(400);
    expect(answer.body.request.body).toMatchObject({ webhook: { url: 'https://***@hooks.example.com/', signatureKey: '***' } });
    expect(JSON.stringify(answer.body)).not.toContain('pass-word');
    expect(JSON.stringify(answer.body)).not.toContain(SIGNATURE_KEY);
  });

  it('3.1.22 an inactive subscription gets nothing until it is active', async () => {
    const { id } = (await subscribe({ isActive: false })).body.data;
    await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([]);
    await subscriber.call('PUT', `/subscriptions/${id}`, { isActive: true });
    const later = await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([later]);
  });

  it.each([
    ['of 32 bytes', Buffer.alloc(32, 5)],
    ['of 16 bytes, the shortest', Buffer.alloc(16, 6)],
    ['of 100 bytes, longer than a block', Buffer.alloc(100, 7)],
  ])('signs deliveries by Standard Webhooks with a signature key %s', async (_, key) => {
    await subscribe({ webhook: { url: `${stage.receiver.url}${path}`, signatureKey: key.toString('base64') } });
    await publish('UserCreatedEvent', {}, { userId: 'u-42' });
    const request = await stage.receiver.waitFor((each) => each.path === path);
    expect(request.headers['webhook-signature']).toBe(`v1,${hmac(key, request)}`);
    const verify = (): unknown =>
      new Webhook(key.toString('base64')).verify(request.body.toString(), request.headers as Record<string, string>);
    expect(verify()).toMatchObject({ type: 'UserCreatedEvent', data: { userId: 'u-42' } });
  });

  it('refuses a signature key that is no base64 or has less than 16 bytes, and takes another one later', async () => {
    for (const signatureKey of ['no base64!', Buffer.alloc(15, 1).toString('base64'), 'YQ', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D']) {
      expect(refusal(await subscribe({ webhook: { url: stage.receiver.url, signatureKey } }))).toEqual([
        400,
        'secret_invalid',
        ['/webhook/signatureKey'],
      ]);
    }
    expect(refusal(await subscribe({ webhook: { url: stage.receiver.url } }))).toEqual([400, 'required', ['/webhook/signatureKey']]);
    const { id } = (await subscribe()).body.data;
    const key = Buffer.alloc(24, 9);
    await subscriber.call('PATCH', `/subscriptions/${id}`, { webhook: { signatureKey: key.toString('base64url') } });
    await publish('UserCreatedEvent');
    const request = await stage.receiver.waitFor((each) => each.path === path);
    expect(request.headers['webhook-signature']).toBe(`v1,${hmac(key, request)}`);
  });

  it('3.1.23 {"action": "remove"} takes events away and keeps the others, {"action": "add"} brings them back', async () => {
    const { id } = (await subscribe()).body.data;
    const change = (body: object): Promise<Os1Answer> => subscriber.call('PATCH', `/subscriptions/${id}`, body);
    expect((await change({ action: 'remove', events: ['UserCreated'] })).body.data.events).toEqual(['UserUpdated']);
    await publish('UserCreatedEvent');
    const kept = await publish('UserUpdatedEvent');
    expect(await arrived()).toEqual([kept]);
    expect((await change({ action: 'remove', events: ['UserUpdated'] })).body.data).toMatchObject({
      events: [],
      topic: 'participant',
      eventAppId: publisher.appId,
    });
    await publish('UserUpdatedEvent');
    expect((await change({ action: 'add', events: ['UserCreated'] })).body.data.events).toEqual(['UserCreated']);
    const back = await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([kept, back]);
    expect(refusal(await change({ action: 'add', events: ['Nobody'] }))).toEqual([400, 'unknown_event', ['/events/0']]);
    expect(refusal(await change({ action: 'add' }))).toEqual([400, 'required', ['/events']]);
  });

  it('3.1.23 the document’s own body removes its two events', async () => {
    await publisher.call('POST', '/topics/container/events', {
      events: ['orderPacked', 'orderDispatched', 'orderLost'].map((name) => ({ name })),
    });
    const { id } = (await subscribe({ topic: 'container', events: ['orderPacked', 'orderDispatched', 'orderLost'] })).body.data;
    const removal = { action: 'remove', events: ['orderPacked', 'orderDispatched'] };
    expect((await subscriber.call('PUT', `/subscriptions/${id}`, removal)).body.data.events).toEqual(['orderLost']);
  });

  it('3.1.23 deliveries stop when the app asks for a permission that the subscriber does not hold', async () => {
    await subscribe();
    const before = await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([before]);
    await publisher.call('PUT', '/apps', { permissions: ['update-user'] });
    await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([before]);
    await publisher.call('PUT', '/apps', { permissions: ['update-user', 'get-user-details'] });
    const after = await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([before, after]);
  });

  it('3.1.23 deliveries stop when the subscriber’s key, and with it what it holds, is revoked', async () => {
    await subscribe();
    const before = await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([before]);
    await operator(url).send('DELETE', `/v1/keys/${subscriber.keyId}`);
    await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([before]);
  });

  it('keeps what OS1 has no words for when it changes a subscription, and knows no subscription of another API', async () => {
    const { id } = (await subscribe()).body.data;
    const { native } = subscriber;
    const headers = { 'X-Env': 'prod' };
    await native.send('PATCH', `/v1/subscriptions/${id}`, { body: { headers, timeoutMs: 2_000 }, headers: { 'if-match': '*' } });
    await subscriber.call('PUT', `/subscriptions/${id}`, { description: 'changed', events: ['UserUpdated'] });
    expect((await native.send<Subscription>('GET', `/v1/subscriptions/${id}`)).body).toMatchObject({
      description: 'changed',
      headers,
      timeoutMs: 2_000,
      sources: [{ app: publisher.appId, topic: 'participant', events: ['UserUpdated'] }],
    });
    const { uuid } = await native.subscribe({ url: stage.receiver.url });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect(refusal(await subscriber.call(method, `/subscriptions/${uuid}`, method === 'PUT' ? {} : undefined))).toEqual([
        404,
        'not_found',
        [],
      ]);
    }
    expect((await subscriber.call('GET', '/subscriptions')).body.data.subscriptions).toHaveLength(1);
  });

  it('deletes a subscription: it is gone and gets nothing more', async () => {
    const { id } = (await subscribe()).body.data;
    expect((await subscriber.call('DELETE', `/subscriptions/${id}`)).status).toBe(204);
    expect((await subscriber.call('GET', `/subscriptions/${id}`)).status).toBe(404);
    await publish('UserCreatedEvent');
    expect(await arrived()).toEqual([]);
  });
});

/** What Standard Webhooks says of a signature, computed from the key itself. */
const hmac = (key: Buffer, { headers, body }: ReceivedRequest): string =>
  createHmac('sha256', key)
    .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body.toString()}`)
    .digest('base64');
