import { Webhook as StandardWebhook } from 'standardwebhooks';
import { untilDelivery, untilFannedOut } from '../e2e/stage.js';
import { eventually } from '../support/eventually.js';
import { CREATE_REQUEST, parseExample } from './contensis-document.js';
import { type ContensisStage, entryEvent, nativeId, PROJECT, resourceEvent, startContensis, UUID } from './contensis-stage.js';

const example = parseExample(CREATE_REQUEST);

/** Contensis Management API, webhook subscriptions: which events they get and what arrives. */
describe('a webhook subscription of Contensis', () => {
  let stage: ContensisStage;
  let slow: { eventId: string };

  beforeAll(async () => {
    stage = await startContensis();
    // Its ten seconds pass while the others are tested.
    const { receiver, tenant } = stage;
    receiver.on('/slow', { kind: 'silence' });
    await stage.create({ url: `${receiver.url}/slow`, topics: [{ resourceType: 'project' }], headers: {} });
    slow = { eventId: (await tenant.publish(resourceEvent('project', 'updated'))).id };
  });

  describe('the events that are sent', () => {
    const requestsTo = (path: string) => stage.receiver.to(path);

    it('3.3.9 are those of a topic all of whose filters hold, once each however many topics hold', async () => {
      const { receiver, deliveriesFor } = stage;
      const webhook = await stage.create({
        url: `${receiver.url}/once`,
        topics: [...(example['topics'] as object[]), { resourceType: 'entry', event: ['updated'] }],
      });
      expect(await deliveriesFor(webhook, entryEvent('updated'))).toHaveLength(1);
      expect(await deliveriesFor(webhook, resourceEvent('contentType', 'created'))).toHaveLength(1);
      await receiver.waitFor(() => requestsTo('/once').length === 2);
    });

    it('3.3.10 are none in another language, of another owner, of another content type, or that have another name', async () => {
      const { create, deliveriesFor, receiver } = stage;
      const webhook = await create({ url: `${receiver.url}/filtered` });
      const unwanted = [
        entryEvent('updated', { language: 'en-GB' }),
        entryEvent('updated', { owner: 'm.singer' }),
        entryEvent('updated', { contentTypeId: 'page' }),
        entryEvent('deleted'),
        resourceEvent('asset', 'created'),
      ];
      for (const event of unwanted) expect([event, await deliveriesFor(webhook, event)]).toEqual([event, []]);
      expect(await deliveriesFor(webhook, entryEvent('updated', { owner: 'T.Durden' }))).toHaveLength(1);
    });

    it('3.3.11 of a workflow are those whose workflow event is listed, in any case', async () => {
      const { create, deliveriesFor, receiver } = stage;
      const webhook = await create({ url: `${receiver.url}/workflow` });
      const raised = (workflowEvent: string) => entryEvent('workflowEventRaised', {}, { workflowEvent });
      expect(await deliveriesFor(webhook, raised('contensisEntryBasic.draft.submit'))).toHaveLength(1);
      expect(await deliveriesFor(webhook, raised('contensisEntryApproval.awaitingApproval.approve'))).toHaveLength(1);
      expect(await deliveriesFor(webhook, raised('contensisEntryApproval.awaitingApproval.declined'))).toEqual([]);
      expect(
        await deliveriesFor(
          webhook,
          entryEvent(
            'workflowEventRaised',
            { contentTypeId: 'news' },
            { workflowEvent: 'contensisentryapproval.awaitingApproval.declined' },
          ),
        ),
      ).toHaveLength(1);
    });

    it('3.3.12 of a workflow’s states are those whose state is listed, in any case', async () => {
      const { create, deliveriesFor, receiver } = stage;
      const webhook = await create({ url: `${receiver.url}/states` });
      const changed = (workflowState: string) => entryEvent('workflowStateChanged', {}, { workflowState });
      expect(await deliveriesFor(webhook, changed('contensisEntryApproval.AwaitingApproval'))).toHaveLength(1);
      expect(await deliveriesFor(webhook, changed('contensisEntryApproval.draft'))).toEqual([]);
    });

    it('3.3.17 are none of the time when it was disabled, not even once it is enabled again', async () => {
      const { receiver, tenant, call, deliveriesFor } = stage;
      const webhook = await stage.create({ url: `${receiver.url}/disabled`, enabled: false });
      const missed = await tenant.publish(entryEvent('updated'));
      await untilFannedOut(stage.database);
      const { status, body } = await call('PUT', `${PROJECT}/${webhook.id}`, { ...webhook, enabled: true });
      expect({ status, enabled: body.enabled }).toEqual({ status: 200, enabled: true });
      expect(await deliveriesFor(webhook, entryEvent('created'))).toHaveLength(1);
      await receiver.waitFor(({ path }) => path === '/disabled');
      expect((await tenant.deliveriesOf(missed.id)).map(({ subscriptionId }) => subscriptionId)).not.toContain(nativeId(webhook));
      expect(requestsTo('/disabled')).toHaveLength(1);
    });
  });

  describe('the request', () => {
    const sentFor = async (path: string, changes: object, event = entryEvent('updated')) => {
      const webhook = await stage.create({ url: `${stage.receiver.url}${path}`, ...changes });
      const { id } = await stage.tenant.publish(event);
      const request = await stage.receiver.waitFor((each) => each.path.startsWith(path));
      return { webhook, id, request, body: request.body.toString() };
    };

    it('3.3.13 is made by the template of the content type, then of the resource type, then by default', async () => {
      const topics = [{ resourceType: 'entry' }, { resourceType: 'contentType' }, { resourceType: 'node' }];
      const news = await sentFor('/body-news', { topics }, entryEvent('published', { contentTypeId: 'news' }));
      expect(news.body).toBe('{"event":"published","id":"8f2d","title":"Fight Club","headline":"Rules"}');
      const blog = await sentFor('/body-blog', { topics });
      expect(blog.body).toBe(
        '{"event":"updated","user":"Tyler Durden","id":"8f2d","title":"Fight Club","description":"A film","department":"Reviews"}',
      );
      const contentType = resourceEvent('contentType', 'created', {
        id: 'movie',
        fields: [{ id: 'title', many: false }],
        sys: { version: 1.5 },
      });
      expect(JSON.parse((await sentFor('/body-type', { topics }, contentType)).body)).toEqual(contentType.resource);
      const node = await sentFor(
        '/body-node',
        { topics },
        resourceEvent('node', 'created', { id: 'n1', title: 'Films', language: 'en-GB' }),
      );
      expect(JSON.parse(node.body)).toEqual({
        eventId: expect.stringMatching(UUID),
        eventName: 'created',
        subscriptionId: node.webhook.id,
        datetime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        invokedBy: { username: 't.durden', firstName: 'Tyler', lastName: 'Durden' },
        resource: { id: 'n1', type: 'node', projectId: null, contentTypeId: null, title: 'Films', language: 'en-GB', url: null },
      });
    });

    it('3.3.14 of a comment is made by its own template, not by that of entries', async () => {
      const changes = {
        topics: [{ resourceType: 'comment.entry', event: ['replied'] }],
        templates: { entry: { of: 'entry' }, 'comment.entry': { of: 'comment' } },
      };
      expect(
        (await sentFor('/body-comment', changes, resourceEvent('comment.entry', 'replied', { sys: { contentTypeId: 'blog' } }))).body,
      ).toBe('{"of":"comment"}');
    });

    it('is made by a template that is a string, and is empty by one that is', async () => {
      const written = { templates: { entry: '{\n"event": "{/event/name}", "all": {/resource/sys}\n}' } };
      expect(JSON.parse((await sentFor('/body-string', written)).body)).toMatchObject({ event: 'updated', all: { id: '8f2d' } });
      expect((await sentFor('/body-empty', { templates: { entry: '' }, method: 'PUT' })).request).toMatchObject({
        method: 'PUT',
        body: Buffer.alloc(0),
      });
    });

    it('3.3.15 goes to a url whose placeholders are filled in, each value within its own segment; a value of .. is sent nowhere', async () => {
      const event = entryEvent('updated', { id: 'a/b c' });
      expect((await sentFor('/dotted/', { url: `${stage.receiver.url}/dotted/{/resource/sys.id}` }, event)).request.path).toBe(
        '/dotted/a%2Fb%20c',
      );
      expect((await sentFor('/slashed/', { url: `${stage.receiver.url}/slashed/{/resource/sys/id}` }, event)).request.path).toBe(
        '/slashed/a%2Fb%20c',
      );
      const climbing = await stage.create({ url: `${stage.receiver.url}/up/{/resource/sys.id}/x` });
      const { id } = await stage.tenant.publish(entryEvent('updated', { id: '..' }));
      await untilDelivery(stage.tenant, id, { lastError: 'template_error', attemptCount: 1 }, nativeId(climbing));
      expect(stage.receiver.requests.filter(({ path }) => path.startsWith('/up') || path === '/x')).toEqual([]);
    });

    it('3.3.16 has headers that are filled in without a way to add others; its content type is JSON in UTF-8 unless a header says otherwise', async () => {
      const plain = await sentFor('/headers', {});
      expect(plain.request.headers).toMatchObject({
        target: 'internal',
        department: 'Reviews',
        'content-type': 'application/json; charset=utf-8',
      });
      const xml = { headers: { 'Content-Type': { value: 'application/xml' } }, templates: { entry: '<id>{/resource/sys/id}</id>' } };
      const own = await sentFor('/xml', xml);
      expect({ type: own.request.headers['content-type'], body: own.body }).toEqual({ type: 'application/xml', body: '<id>8f2d</id>' });
      const webhook = await stage.create({
        url: `${stage.receiver.url}/injected`,
        headers: { department: { value: '{/resource/sys/id}' } },
      });
      const { id } = await stage.tenant.publish(entryEvent('updated', { id: 'x\r\nx-injected: 1' }));
      await untilDelivery(stage.tenant, id, { lastError: 'template_error', attemptCount: 1 }, nativeId(webhook));
      expect(stage.receiver.requests.filter(({ headers, path }) => 'x-injected' in headers || path === '/injected')).toEqual([]);
    });

    it('is signed as all requests are, with a secret that the native API gives out', async () => {
      const { request, webhook } = await sentFor('/signed-before', {});
      expect(request.headers).toHaveProperty('webhook-signature');
      const { body } = await stage.call<{ secret: string }>('POST', `/v1/subscriptions/${webhook.id}/secrets/rotate`, { graceSeconds: 0 });
      const event = entryEvent('created');
      await stage.tenant.publish(event);
      const signed = await stage.receiver.waitFor(({ path, body: sent }) => path === '/signed-before' && sent.includes('"created"'));
      expect(() => new StandardWebhook(body.secret).verify(signed.body.toString(), signed.headers as Record<string, string>)).not.toThrow();
    });
  });

  describe('a delivery', () => {
    it('3.3.20 makes 10 attempts', async () => {
      const { receiver, tenant, database } = stage;
      receiver.on('/ten', { kind: 'answer', status: 500 });
      const webhook = await stage.create({
        url: `${receiver.url}/ten`,
        topics: [{ resourceType: 'group', event: ['userAdded'] }],
        headers: {},
      });
      const { id } = await tenant.publish(resourceEvent('group', 'userAdded'));
      const failed = await eventually(
        async () => {
          // The hours between the attempts are left out.
          await database.query(`UPDATE deliveries SET due_at = now() WHERE subscription_id = $1 AND state = 'pending' AND due_at > now()`, [
            webhook.id,
          ]);
          const [delivery] = await tenant.deliveriesOf(id);
          expect(delivery).toMatchObject({ state: 'failed', reason: 'attempts_exhausted', attemptCount: 10 });
          return delivery!;
        },
        { timeoutMs: 20_000 },
      );
      expect(await tenant.attempts(failed.id)).toHaveLength(10);
      expect(receiver.to('/ten')).toHaveLength(10);
    });

    it('3.3.20 gives a receiver 10 seconds; one that is silent for longer is a timed-out attempt (the vendor shows 404) and is tried again', async () => {
      const { tenant } = stage;
      const delivery = await eventually(
        async () => {
          const [found] = await tenant.deliveriesOf(slow.eventId);
          expect(found).toMatchObject({ attemptCount: 1, lastError: 'timeout_total', lastStatus: null, state: 'pending' });
          return found!;
        },
        { timeoutMs: 20_000 },
      );
      const [attempt] = await tenant.attempts(delivery.id);
      expect(attempt).toMatchObject({ outcome: 'retry', response: null, error: { code: 'timeout_total' } });
      expect(attempt!.durationMs).toBeGreaterThanOrEqual(9_900);
      expect(attempt!.durationMs).toBeLessThan(14_000);
    });
  });
});
