import { caller } from '../support/api.js';
import { startGateway } from '../support/processes.js';
import { untilDelivery } from '../e2e/stage.js';
import { CREATE_REQUEST, CREATED_RESPONSE, parseExample, SECRET } from './contensis-document.js';
import {
  type ContensisError,
  type ContensisStage,
  entryEvent,
  errorOf,
  nativeId,
  PROJECT,
  startContensis,
  UUID,
  type Webhook,
} from './contensis-stage.js';

const SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const example = parseExample(CREATE_REQUEST);

/** Contensis Management API, webhook subscriptions: what its clients send and get. What it delivers is in contensis-deliveries.spec.ts. */
describe('a webhook subscription of Contensis', () => {
  let stage: ContensisStage;

  beforeAll(async () => {
    stage = await startContensis();
  });

  describe('itself', () => {
    it('3.3.1 is created by the document’s own example and answered as it was sent, with id and version', async () => {
      const { status, headers, body } = await stage.call('POST', `${PROJECT}/`, example);
      expect({ status, etag: headers.get('etag') }).toEqual({ status: 201, etag: '"1"' });
      const { headers: shown, version, id, ...said } = body;
      const { headers: _given, ...given } = example;
      expect(said).toEqual(given);
      expect(JSON.stringify(said.topics)).toBe(JSON.stringify(given['topics']));
      expect(said.url).toBe('https://external.mywebsite.com/handlewebhooks/{/resource/sys.id}');
      expect(id).toMatch(UUID);
      expect(version).toEqual({
        createdBy: 'test',
        created: expect.stringMatching(SECOND),
        modifiedBy: 'test',
        modified: version.created,
        versionNo: '1.0',
      });
      expect(shown).toEqual({
        target: { value: 'internal' },
        department: { value: '{/resource/department}' },
        secretHeaderSet: { secret: true },
      });
      // Its url is the document’s: nothing may be sent there.
      await stage.call('DELETE', `${PROJECT}/${id}`);
      expect(Object.keys(body).sort()).toEqual(Object.keys(parseExample(CREATED_RESPONSE)).sort());
    });

    it('3.3.2 keeps the value of a secret header from every answer, log, attempt and row, and gives it to the receiver', async () => {
      const { receiver, tenant, database, gateway, dispatchers, call } = stage;
      receiver.on('/secret', [{ kind: 'answer', status: 500, body: 'no' }, { kind: 'answer' }]);
      const created = await stage.create({ url: `${receiver.url}/secret` });
      expect(created.headers['secretHeaderSet']).toEqual({ secret: true });
      const { id } = await tenant.publish(entryEvent('updated'));
      const request = await receiver.waitFor(({ path }) => path === '/secret');
      expect(request.headers['secretheaderset']).toBe(SECRET);
      const delivery = await untilDelivery(tenant, id, { attemptCount: 1 }, nativeId(created));
      const one = `${PROJECT}/${created.id}`;
      const answers = await Promise.all([
        ...[
          PROJECT,
          one,
          '/v1/subscriptions',
          `/v1/subscriptions/${created.id}`,
          '/v1/deliveries',
          `/v1/events/${id}`,
          `/v1/events/${id}/explain`,
        ].map((path) => call<unknown>('GET', path)),
        ...[`/v1/deliveries/${delivery.id}`, `/v1/deliveries/${delivery.id}/attempts`].map((path) => call<unknown>('GET', path)),
        call<unknown>('POST', '/v1/explain', entryEvent('updated')),
        call<unknown>('PUT', one, created),
        call<unknown>('POST', PROJECT, { ...example, url: 'nonsense' }),
        call<unknown>('POST', PROJECT, CREATE_REQUEST),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 11 }, () => 200), 422, 400]);
      expect(JSON.stringify(answers.map(({ body }) => body))).toContain('"secretHeaderSet":"***"');
      const rows = await database.query(
        `SELECT to_jsonb(s)::text AS row FROM subscriptions s UNION ALL SELECT to_jsonb(a)::text FROM attempts a`,
      );
      const places = { created, answers, rows, logs: gateway.logs() + dispatchers[0]!.logs() };
      for (const [place, content] of Object.entries(places))
        expect([place, JSON.stringify(content).includes(SECRET)]).toEqual([place, false]);
    });

    it('3.3.3 does not return a header without a value, secret or not', async () => {
      const { headers } = await stage.create({
        headers: { x: {}, empty: { value: '' }, none: { value: null }, secretHeaderGet: { secret: true }, y: { value: 'y' } },
      });
      expect(headers).toEqual({ y: { value: 'y' } });
    });

    it('3.3.4 cannot be made of a body with comments, of other JSON or of none: 400 and an Error', async () => {
      const { topics: _topics, ...withoutTopics } = example;
      const bodies = [
        CREATE_REQUEST,
        { ...example, topics: 'x' },
        '{"name":',
        '[]',
        { ...example, unknown: 1 },
        withoutTopics,
        { ...example, headers: { x: 'y' } },
        { ...example, templates: { entry: 1 } },
      ];
      for (const given of bodies) {
        const { status, headers, body } = await stage.call<ContensisError>('POST', PROJECT, given);
        expect({ given, status, type: headers.get('content-type'), body }).toEqual({
          given,
          status: 400,
          type: 'application/json; charset=utf-8',
          body: errorOf('BadRequest'),
        });
      }
      const { body } = await stage.call<ContensisError>('POST', PROJECT, { ...example, topics: [{ event: ['updated'] }] });
      expect(body.data).toEqual([{ field: 'topics.0.resourceType', message: expect.any(String) }]);
    });

    it('3.3.5 cannot name a resource type or an event that there is none of: 422, and which they are', async () => {
      const refused = async (changes: object): Promise<ContensisError> => {
        const { status, body } = await stage.call<ContensisError>('POST', PROJECT, { ...example, ...changes });
        expect({ status, body }).toEqual({ status: 422, body: errorOf('Validation') });
        return body;
      };
      const topics = [
        { resourceType: 'Entry', event: ['PUBLISHED'] },
        { resourceType: 'page' },
        { resourceType: 'contentType', event: ['created', 'workflowEventRaised'] },
      ];
      expect((await refused({ topics })).data.map(({ field }) => field)).toEqual(['topics.1.resourceType', 'topics.2.event.1']);
      expect((await refused({ templates: { 'entry.news': '', comment: '' } })).data.map(({ field }) => field)).toEqual([
        'templates.comment',
      ]);
    });

    it('3.3.6 cannot point at plain http unless the gateway allows that for development', async () => {
      const strict = await startGateway({ DATABASE_URL: stage.database.url, EGRESS_ALLOW_HTTP: 'false' });
      const post = (url: string) =>
        caller(strict.url, stage.tenant.key)<ContensisError>('POST', PROJECT, { body: { ...example, url, enabled: false } });
      const { status, body } = await post('http://external.mywebsite.com/');
      expect({ status, body }).toMatchObject({ status: 422, body: { type: 'Validation', data: [{ field: 'url' }] } });
      expect((await post('https://external.mywebsite.com/')).status).toBe(201);
      expect((await stage.call('POST', PROJECT, { ...example, url: 'http://external.mywebsite.com/', enabled: false })).status).toBe(201);
    });

    it('3.3.7 is found under its path with and without a slash at the end', async () => {
      const created = await stage.create();
      for (const slash of ['', '/']) {
        const one = `${PROJECT}/${created.id}${slash}`;
        const { status, body } = await stage.call<Webhook[]>('GET', `${PROJECT}${slash}`);
        expect({ status, first: body[0]?.id }).toEqual({ status: 200, first: created.id });
        const current = await stage.call('GET', one);
        expect(current).toMatchObject({ status: 200, body: { id: created.id } });
        expect((await stage.call('PUT', one, current.body)).status).toBe(200);
      }
      expect((await stage.call('DELETE', `${PROJECT}/${created.id}/`)).status).toBe(204);
    });

    it('3.3.8 asks for a key (401), for its permission (403) and for the key’s own project (404)', async () => {
      const { operator, tenant, gateway } = stage;
      const { id } = await stage.create();
      const { key } = await operator.createKey(tenant.id, ['subscriptions:read']);
      const other = await operator.tenant('games');
      const elsewhere = PROJECT.replace('movies', 'games');
      const asked = async (path: string, method = 'GET', asKey?: string): Promise<[number, ContensisError]> => {
        const { status, body } = await caller(gateway.url, asKey)<ContensisError>(method, path, method === 'POST' ? { body: example } : {});
        return [status, body];
      };
      expect(await asked(PROJECT, 'POST')).toEqual([401, errorOf('Unauthorized')]);
      expect(await asked(PROJECT, 'POST', key)).toEqual([403, errorOf('Forbidden')]);
      expect(await asked(PROJECT, 'GET', key)).toEqual([403, errorOf('Forbidden')]);
      expect((await asked(`${PROJECT}/${id}`, 'GET', key))[0]).toBe(200);
      for (const path of [
        elsewhere,
        PROJECT.replace('movies', 'none'),
        PROJECT.replace('movies', 'Movies'),
        `${PROJECT}/nonsense`,
        '/api/management/nothing',
      ]) {
        expect([path, ...(await asked(path, 'GET', tenant.key))]).toEqual([path, 404, errorOf('NotFound')]);
      }
      expect(await asked(`${elsewhere}/${id}`, 'DELETE', other.key)).toEqual([404, errorOf('NotFound')]);
      expect((await asked(`${PROJECT}/${id}`, 'GET', tenant.key))[0]).toBe(200);
    });
  });

  describe('a change', () => {
    it('3.3.18 needs the current version and makes the next one; a stale one changes nothing', async () => {
      const { call, receiver } = stage;
      const first = await stage.create({ url: `${receiver.url}/kept-secret` });
      const one = `${PROJECT}/${first.id}`;
      const second = await call('PUT', one, { ...first, name: 'Second', ui: true });
      expect(second).toMatchObject({
        status: 200,
        body: { name: 'Second', ui: true, version: { versionNo: '2.0', created: first.version.created } },
      });
      expect(second.body.headers).toEqual(first.headers);
      for (const version of [first.version, { versionNo: '3.0' }, { versionNo: '2' }]) {
        const stale = await call<ContensisError>('PUT', one, { ...second.body, name: 'Stale', version });
        expect(stale).toMatchObject({
          status: 422,
          body: { ...errorOf('Validation'), data: [{ field: 'version.versionNo', message: expect.stringContaining('not the latest') }] },
        });
      }
      const { version: _version, ...unversioned } = second.body;
      expect((await call('PUT', one, unversioned)).status).toBe(400);
      expect((await call('PUT', one, { ...second.body, id: '3a7ce8e3-9c9f-4242-be20-35edb29c4a07' })).status).toBe(422);
      expect((await call('GET', one)).body).toEqual(second.body);
      await stage.tenant.publish(entryEvent('updated'));
      const { headers } = await receiver.waitFor(({ path }) => path === '/kept-secret');
      expect(headers['secretheaderset']).toBe(SECRET);
    });

    it('takes a secret header away that is left out or emptied, and never turns it into a plain one', async () => {
      const { call } = stage;
      const first = await stage.create();
      const one = `${PROJECT}/${first.id}`;
      const plain = await call('PUT', one, { ...first, headers: { secretHeaderSet: { secret: false } } });
      expect(plain.body.headers).toEqual({});
      const again = await call('PUT', one, { ...plain.body, headers: { secretHeaderSet: { secret: true } } });
      expect(again).toMatchObject({ status: 200, body: { headers: {} } });
      const unreadable = await call('PUT', one, { ...again.body, headers: { secretHeaderSet: null } });
      expect(unreadable).toMatchObject({ status: 400, body: { data: [{ field: 'headers.secretHeaderSet' }] } });
    });

    it('of a subscription that another API made keeps what Contensis has no words for', async () => {
      const { tenant, call } = stage;
      const native = await tenant.subscribe({
        url: 'https://erp.example.com/x',
        name: { 'en-GB': 'ERP' },
        eventTypes: ['order.*'],
        topics: [{ resourceType: 'order', event: ['paid'] }],
        filter: { '==': [1, 1] },
        headers: { 'X-Many': ['a', 'b'], 'X-Secret': { value: SECRET, secret: true } },
        templates: { order: [1], 'order.eu': { x: 1 } },
        failureHandling: { retry: null, divert: true },
        timeoutMs: 3_000,
        metadata: { team: 'erp' },
      });
      const one = `${PROJECT}/${native.uuid}`;
      const shown = await call('GET', one);
      expect(shown.body).toMatchObject({
        id: native.uuid,
        topics: native.topics,
        headers: { 'X-Many': { value: 'a, b' }, 'X-Secret': { secret: true } },
      });
      const put = await call('PUT', one, { ...shown.body, description: 'now known' });
      expect(put).toMatchObject({ status: 200, body: { description: 'now known', version: { versionNo: '2.0' } } });
      const after = await call<typeof native>('GET', `/v1/subscriptions/${native.uuid}`);
      const { secret: _secret, ...before } = native;
      expect(after.body).toEqual({ ...before, description: 'now known', version: expect.objectContaining({ versionNo: '2.0' }) });
      const unknown = { ...put.body, templates: { ...put.body.templates, order: [2] } };
      expect(await call('PUT', one, unknown)).toMatchObject({ status: 400, body: { data: [{ field: 'templates.order' }] } });
    });

    it('3.3.19 that deletes is answered 204, and then there is nothing', async () => {
      const { id } = await stage.create();
      const deleted = await stage.call('DELETE', `${PROJECT}/${id}`);
      expect([deleted.status, deleted.body]).toEqual([204, undefined]);
      for (const method of ['GET', 'DELETE'])
        expect(await stage.call(method, `${PROJECT}/${id}`)).toMatchObject({ status: 404, body: errorOf('NotFound') });
      expect((await stage.call<Webhook[]>('GET', PROJECT)).body.map((each) => each.id)).not.toContain(id);
    });
  });
});
