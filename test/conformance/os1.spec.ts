import { operator } from '../support/api.js';
import { startStage, type Stage } from '../e2e/stage.js';
import { callOs1, DOCUMENT_EVENTS, os1Client, type Os1Answer, type Os1Client, os1Publisher } from './os1-client.js';

const APP_ID = /^app:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const namesOf = ({ body }: Os1Answer): unknown[] => (body.data.events as { name: string }[]).map(({ name }) => name);

/** That an answer is a refusal as OS1's clients know it. */
function expectRefusal({ status, body }: Os1Answer, expected: number, code?: string): void {
  expect({ status, body }).toMatchObject({
    status: expected,
    body: {
      error: { code: code ?? expect.any(String), description: expect.any(String), additionalInfo: { errorTrace: expect.any(Array) } },
      request: { uri: expect.stringMatching(/^\/core\/api\/v1\/webhooks/), method: expect.any(String), queryString: expect.any(String) },
    },
  });
  expect(Object.keys(body).sort()).toEqual(['error', 'request']);
}

/** Document "Publishing Webhook Events": the publisher's side. Each test has a tenant of its own. */
describe('OS1 publishers', () => {
  let stage: Stage;
  let url: string;
  let count = 0;

  beforeAll(async () => {
    stage = await startStage();
    ({ url } = stage.gateway);
  });

  const newTenant = async (): Promise<string> => (await operator(url).createTenant(`os1-${count++}`)).id;
  const newClient = async (): Promise<Os1Client> => os1Client(url, await newTenant());
  const newPublisher = async (): Promise<Os1Client & { appId: string }> => os1Publisher(url, await newTenant());

  it('3.1.1 createAppConfig answers with the app’s id alone, and a key has one app', async () => {
    const { call } = await newClient();
    const config = { permissions: ['get-users', 'get-user-details'], name: 'user-management' };
    const { status, body } = await call('POST', '/apps', config);
    expect({ status, body }).toEqual({ status: 201, body: { data: { id: expect.stringMatching(APP_ID) } } });
    expect((await call('GET', '/apps')).body.data).toEqual({
      id: body.data.id,
      ...config,
      meta: { nextPage: null, hasNextPage: false },
    });
    expectRefusal(await call('POST', '/apps', config), 409, 'already_exists');
  });

  it('3.1.1 the document’s own example, which is no JSON (a comma too many), is refused in the envelope; without the comma it is taken', async () => {
    const { call } = await newClient();
    const example = '{ "permissions": ["get-users", "get-user-details", "update-user"], }';
    const refused = await call('POST', '/apps', example);
    expectRefusal(refused, 400, 'invalid_json');
    expect(refused.body.request).toEqual({ uri: '/core/api/v1/webhooks/apps', method: 'POST', queryString: '', body: null });
    expect((await call('POST', '/apps', example.replace(', }', '}'))).status).toBe(201);
  });

  it('3.1.2 createAppConfig without permissions is a bad request that repeats the request and says what is missing', async () => {
    const { call } = await newClient();
    const answer = await call('POST', '/apps?', { name: 'x' });
    expectRefusal(answer, 400, 'required');
    expect(answer.body.error.additionalInfo.errorTrace).toEqual([
      { path: '/permissions', code: 'required', message: 'permissions is required.' },
    ]);
    expect(answer.body.request.body).toEqual({ name: 'x' });
  });

  it('3.1.3 an app without a name has the key’s name for its listing name; updateAppConfig changes what it is given', async () => {
    const { call } = await newClient();
    const { id } = (await call('POST', '/apps', { permissions: ['a'] })).body.data;
    expect((await call('GET', '/apps')).body.data).toMatchObject({ id, name: 'listing name' });
    expect((await call('PATCH', '/apps', { name: 'new' })).body).toEqual({ data: { id, name: 'new', permissions: ['a'] } });
    expect((await call('PUT', '/apps', { permissions: ['b', 'c'] })).body).toEqual({
      data: { id, name: 'new', permissions: ['b', 'c'] },
    });
    expectRefusal(await call('PUT', '/apps', { permissions: [] }), 400, 'too_few_items');
    expectRefusal(await (await newClient()).call('GET', '/apps'), 404, 'not_found');
  });

  it('3.1.4 no call is answered without a token (401) or with one that lacks the right (403), in the envelope', async () => {
    const tenantId = await newTenant();
    const weak = await os1Client(url, tenantId, { permissions: ['events:list'] });
    const calls: [string, string, unknown?][] = [
      ['POST', '/apps', { permissions: ['a'] }],
      ['GET', '/apps'],
      ['PUT', '/apps', {}],
      ['PATCH', '/apps', {}],
      ['POST', '/topics/participant/events', DOCUMENT_EVENTS],
      ['GET', '/topics/participant/events'],
      ['PUT', '/topics/participant/events/x', { events: [{}] }],
      ['POST', '/topics/participant/events/bulk-delete', { events: ['x'] }],
      ['POST', '/subscriptions', {}],
      ['GET', '/subscriptions'],
      ['GET', '/subscriptions/x'],
      ['PUT', '/subscriptions/x', {}],
      ['PATCH', '/subscriptions/x', {}],
      ['DELETE', '/subscriptions/x'],
    ];
    for (const [method, path, body] of calls) {
      expectRefusal(await callOs1(url, method, path, body), 401, 'unauthenticated');
      expectRefusal(await callOs1(url, method, path, body, { 'x-coreos-access': 'no such key' }), 401, 'unauthenticated');
      expectRefusal(await weak.call(method, path, body), 403, 'insufficient_scope');
    }
    expectRefusal(await callOs1(url, 'GET', '/nothing/here'), 404, 'not_found');
  });

  it('3.1.4 the token may come as a bearer’s, the request id comes back, and X-COREOS-TID has to name the key’s tenant', async () => {
    const { native, call, appId } = await newPublisher();
    const bearer = { authorization: `Bearer ${native.key}` };
    const answer = await callOs1(url, 'GET', '/apps', undefined, { ...bearer, 'x-coreos-request-id': 'r-1' });
    expect([answer.status, answer.body.data.id, answer.headers.get('x-coreos-request-id')]).toEqual([200, appId, 'r-1']);
    const refused = await callOs1(url, 'GET', '/apps', undefined, { 'x-coreos-request-id': 'r-2' });
    expect([refused.status, refused.headers.get('x-coreos-request-id')]).toEqual([401, 'r-2']);
    const { slug, id, uuid } = (await operator(url).send<{ slug: string; id: string; uuid: string }>('GET', `/v1/tenants/${native.id}`))
      .body;
    for (const tid of [slug, id, uuid]) expect((await call('GET', '/apps', undefined, { 'x-coreos-tid': tid })).status).toBe(200);
    for (const tid of ['stage', stage.tenant.id, '']) {
      expectRefusal(await call('GET', '/apps', undefined, { 'x-coreos-tid': tid }), 403, 'permission_denied');
    }
  });

  it('3.1.5 the document’s two events are registered together and listed by topic with name, type, appId and description alone', async () => {
    const { call, native, appId } = await newPublisher();
    const { status } = await call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    expect(status).toBe(201);
    expect((await call('GET', '/topics/participant/events')).body).toEqual({
      data: {
        events: [
          { name: 'UserCreated', type: 'users', appId, description: 'when a new user is created' },
          { name: 'UserUpdated', type: 'users', appId, description: 'when user data is updated' },
        ],
        meta: { nextPage: null, hasNextPage: false },
      },
    });
    expect((await call('GET', '/topics/entity/events')).body.data.events).toEqual([]);
    const { body } = await native.send<{ items: object[] }>('GET', `/v1/apps/${appId}/topics/participant/event-types`);
    expect(body.items).toMatchObject([{ getApiPath: DOCUMENT_EVENTS.getApiPath }, { getApiPath: DOCUMENT_EVENTS.getApiPath }]);
  });

  it('3.1.6 there are the topics participant, entity and container, and no other', async () => {
    const { call } = await newPublisher();
    for (const topic of ['participant', 'entity', 'container']) {
      expect((await call('POST', `/topics/${topic}/events`, DOCUMENT_EVENTS)).status).toBe(201);
    }
    for (const topic of ['invoice', 'Participant', '*']) {
      expectRefusal(await call('POST', `/topics/${topic}/events`, DOCUMENT_EVENTS), 400, 'invalid_value');
      expectRefusal(await call('GET', `/topics/${topic}/events`), 400, 'invalid_value');
    }
  });

  it('3.1.7 events cannot be registered before createAppConfig', async () => {
    const { call } = await newClient();
    expectRefusal(await call('POST', '/topics/participant/events', DOCUMENT_EVENTS), 409, 'conflict');
    await call('POST', '/apps', { permissions: ['a'] });
    expect((await call('POST', '/topics/participant/events', DOCUMENT_EVENTS)).status).toBe(201);
  });

  it('3.1.7 a second key that was made for the app speaks for it too, so that keys can be rotated', async () => {
    const { appId, native, call } = await newPublisher();
    const heir = await os1Client(url, native.id, { appId });
    expect((await heir.call('POST', '/topics/participant/events', DOCUMENT_EVENTS)).status).toBe(201);
    expect((await call('GET', '/topics/participant/events')).body.data.events).toHaveLength(2);
    const stranger = await newTenant();
    await expect(os1Client(url, stranger, { appId })).rejects.toThrow('unknown_app');
  });

  it('3.1.8 a name is registered once in a topic; a second registration is refused whole', async () => {
    const { call } = await newPublisher();
    await call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    const again = { events: [{ name: 'Fresh' }, { name: 'UserCreated' }] };
    expectRefusal(await call('POST', '/topics/participant/events', again), 409, 'already_exists');
    const twice = await call('POST', '/topics/participant/events', { events: [{ name: 'Same' }, { name: 'Same' }] });
    expectRefusal(twice, 400, 'duplicate');
    expect(twice.body.error.additionalInfo.errorTrace).toMatchObject([{ path: '/events/1/name' }]);
    expect(namesOf(await call('GET', '/topics/participant/events'))).toEqual(['UserCreated', 'UserUpdated']);
  });

  it('3.1.9 pages follow each other by nextPage without repeating or leaving out an event', async () => {
    const { call } = await newPublisher();
    await call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    const first = await call('GET', '/topics/participant/events?limit=1');
    expect([namesOf(first), first.body.data.meta]).toEqual([['UserCreated'], { nextPage: expect.any(String), hasNextPage: true }]);
    const nextPage = first.body.data.meta!.nextPage!;
    const second = await call('GET', `/topics/participant/events?limit=1&nextPage=${nextPage}`);
    expect([namesOf(second), second.body.data.meta]).toEqual([['UserUpdated'], { nextPage: null, hasNextPage: false }]);
    const foreign = await call('GET', `/topics/entity/events?nextPage=${nextPage}`);
    expectRefusal(foreign, 400, 'invalid_cursor');
    expect(foreign.body.request.queryString).toBe(`nextPage=${nextPage}`);
    expect(foreign.body.error.additionalInfo.errorTrace).toMatchObject([{ path: '/nextPage' }]);
    expectRefusal(await call('GET', '/topics/participant/events?limit=0'), 400, 'out_of_range');
  });

  it('3.1.10 updatePublisherEvents changes the event that the path names and keeps its other fields', async () => {
    const { call, native, appId } = await newPublisher();
    await call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    const update = { events: [{ description: 'new', appId }] };
    expect((await call('PUT', '/topics/participant/events/UserCreated', update)).body).toEqual({
      data: { events: [{ name: 'UserCreated', type: 'users', appId, description: 'new' }] },
    });
    const { body } = await native.send('GET', `/v1/apps/${appId}/topics/participant/event-types/UserCreated`);
    const [{ name, eventType, filterLogic, type }] = DOCUMENT_EVENTS.events as [(typeof DOCUMENT_EVENTS.events)[0]];
    expect(body).toMatchObject({ name, eventType, filterLogic, type, description: 'new', getApiPath: DOCUMENT_EVENTS.getApiPath });
  });

  it('3.1.10 its one element may carry a new name, which must be free, and no other app’s id', async () => {
    const { call } = await newPublisher();
    const put = (event: object) => call('PUT', '/topics/participant/events/UserCreated', { events: [event] });
    await call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    expectRefusal(await put({ name: 'UserUpdated' }), 409, 'already_exists');
    expectRefusal(await put({ appId: 'app:00000000-0000-7000-8000-000000000000' }), 403, 'permission_denied');
    expect((await put({ name: 'AvailableUserEvent' })).status).toBe(200);
    expect(namesOf(await call('GET', '/topics/participant/events'))).toEqual(['AvailableUserEvent', 'UserUpdated']);
  });

  it('3.1.11 an update of no event, or of more than the one that is named, is refused', async () => {
    const { call } = await newPublisher();
    await call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    const put = (events: object[]) => call('PUT', '/topics/participant/events/UserCreated', { events });
    expectRefusal(await put([]), 400, 'too_few_items');
    expectRefusal(await put([{}, {}]), 400, 'too_many_items');
  });

  it('3.1.12 an update of an event that is not there is 404, and so is one of another app’s', async () => {
    const { call, native } = await newPublisher();
    await call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    const other = await os1Publisher(url, native.id);
    const update = { events: [{ description: 'new' }] };
    expectRefusal(await call('PUT', '/topics/participant/events/Nobody', update), 404, 'not_found');
    expectRefusal(await call('PUT', '/topics/entity/events/UserCreated', update), 404, 'not_found');
    expectRefusal(await other.call('PUT', '/topics/participant/events/UserCreated', update), 404, 'not_found');
  });

  it('3.1.13 bulkDeleteEvents deletes the document’s two events', async () => {
    const { call } = await newPublisher();
    const events = ['AvailableUserEvent', 'ApplyEventParticipantSuccessEvent'];
    await call('POST', '/topics/participant/events', { events: [...events, 'Kept'].map((name) => ({ name })) });
    const { status, body } = await call('POST', '/topics/participant/events/bulk-delete', { events });
    expect({ status, body }).toEqual({ status: 200, body: { data: { events } } });
    expect(namesOf(await call('GET', '/topics/participant/events'))).toEqual(['Kept']);
  });

  it('3.1.14 twenty-five events are deleted at once; of twenty-six not one is', async () => {
    const { call } = await newPublisher();
    const events = Array.from({ length: 26 }, (_, i) => `Event${i}`);
    await call('POST', '/topics/container/events', { events: events.map((name) => ({ name })) });
    expectRefusal(await call('POST', '/topics/container/events/bulk-delete', { events }), 400, 'too_many_items');
    expect(namesOf(await call('GET', '/topics/container/events'))).toEqual(events);
    expect((await call('POST', '/topics/container/events/bulk-delete', { events: events.slice(0, 25) })).status).toBe(200);
    expect(namesOf(await call('GET', '/topics/container/events'))).toEqual(['Event25']);
  });

  it('3.1.15 an unknown name among known ones is 404 and nothing is deleted', async () => {
    const { call } = await newPublisher();
    await call('POST', '/topics/participant/events', DOCUMENT_EVENTS);
    const answer = await call('POST', '/topics/participant/events/bulk-delete', { events: ['UserCreated', 'Nobody'] });
    expectRefusal(answer, 404, 'not_found');
    expect(answer.body.error.additionalInfo.errorTrace).toMatchObject([{ path: '/events/1', code: 'not_found' }]);
    expect(namesOf(await call('GET', '/topics/participant/events'))).toEqual(['UserCreated', 'UserUpdated']);
  });

  it.each<[string, unknown]>([
    ['an operator by the name of an inherited member', { constructor: ['x'] }],
    ['an unknown operator', { nope: 1 }],
    ['a rule nested 65 deep', nested(65)],
    ['a rule nested 200 deep', nested(200)],
    ['a rule of one megabyte', { '===': ['x'.repeat(1_000_000), 'y'] }],
    ['a rule of 100 kilobytes', { in: [{ var: 'a' }, Array.from({ length: 900 }, () => 'x'.repeat(110))] }],
  ])('3.1.18 %s is refused at registration', async (_, filterLogic) => {
    const { call } = await newPublisher();
    expectRefusal(await call('POST', '/topics/participant/events', { events: [{ name: 'A', filterLogic }] }), 400);
    expect((await call('GET', '/topics/participant/events')).body.data.events).toEqual([]);
  });
});

function nested(depth: number): unknown {
  let rule: unknown = true;
  for (let i = 0; i < depth; i++) rule = { '!': [rule] };
  return rule;
}
