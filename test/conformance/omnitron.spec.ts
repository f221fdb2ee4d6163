import { untilFannedOut } from '../e2e/stage.js';
import { eventually } from '../support/eventually.js';
import {
  type Hook,
  HOOK_EVENTS,
  type HookEvent,
  HOOKS,
  isSignedWith,
  type Numbered,
  type Omnitron,
  startOmnitron,
} from './omnitron-stage.js';

const SECRET = 'esGmJGCSbxJUsYqsPFEeMiSpPqcqABPIGxFLNPDuFmKKQEVyecoHRTUAWyaphTep';
const PUBLISH = `${HOOK_EVENTS}publish-event/`;
const RESEND = `${HOOK_EVENTS}resend-event/`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const UNKNOWN = 'd2a839f0-09cc-4755-a731-081d4cc1330a';

/** Members of a hook event and of its webhook, as the document's sample has them. */
const EVENT_KEYS = [
  ...['id', 'webhook', 'created_date', 'modified_date', 'uuid', 'request_payload', 'response_content', 'response_http_status'],
  ...['delivered', 'request_datetimes', 'retry_count', 'object_id', 'content_type'],
];
const HOOK_KEYS = [
  ...['id', 'retry_countdown_config', 'created_date', 'modified_date', 'target_url', 'is_active', 'secret_key', 'event_type'],
  ...['callback', 'additional_headers', 'config'],
];

describe('Omnitron: hook events', () => {
  let omnitron: Omnitron;
  let hook: Hook;
  const publish = (id: number, pk: number | string = 1) =>
    omnitron.oms('POST', PUBLISH, { body: { hook: id, instance: { pk, model: 'package' } } });

  beforeAll(async () => {
    omnitron = await startOmnitron();
    hook = await omnitron.hook({ event_type: 'package.created', secret_key: SECRET });
    await omnitron.happen('package.created', 1);
    await omnitron.tried(hook);
  });

  it('3.2.1 lists hook events with exactly the members of the document', async () => {
    const { status, body } = await omnitron.oms<Numbered<HookEvent>>('GET', HOOK_EVENTS);
    const [event] = body.results;
    expect({ status, ...body, results: [] }).toEqual({ status: 200, count: 1, next: null, previous: null, results: [] });
    expect(Object.keys(event!)).toEqual(EVENT_KEYS);
    expect(Object.keys(event!.webhook)).toEqual(HOOK_KEYS);
    expect(event).toMatchObject({
      webhook: {
        ...{ id: hook.id, retry_countdown_config: { choice: 'exponential', kwargs: { base: 2 } }, is_active: true, secret_key: SECRET },
        ...{ event_type: 'package.created', callback: null, additional_headers: {}, config: {} },
      },
      request_payload: { event: { type: 'package.created', uuid: event!.uuid.replaceAll('-', '') }, payload: {} },
      ...{ response_content: '', response_http_status: 200, delivered: true, retry_count: 1, object_id: 1, content_type: 'package' },
    });
    expect(event!.request_datetimes).toHaveLength(1);
    expect(Number.isInteger(event!.id)).toBe(true);
  });

  it('3.2.2 asks a stranger for a Token', async () => {
    for (const authorization of [undefined, 'Token nobody', `Bearer ${omnitron.tenant.key}`]) {
      const { status, headers, body } = await fetch(`${omnitron.gateway.url}${HOOK_EVENTS}`, {
        headers: authorization === undefined ? {} : { authorization },
      }).then(async (answer) => ({ status: answer.status, headers: answer.headers, body: await answer.json() }));
      const detail = authorization === undefined ? 'Authentication credentials were not provided.' : 'Invalid token.';
      expect({ status, body, asks: headers.get('www-authenticate') }).toEqual({ status: 401, body: { detail }, asks: 'Token' });
    }
  });

  it('3.2.3 pages by number with absolute links, and has no page past the end', async () => {
    const paged = await omnitron.hook({ event_type: 'package.paged' });
    for (const pk of [1, 2, 3]) await omnitron.happen('package.paged', pk);
    await omnitron.tried(paged, 3);
    const address = `${omnitron.gateway.url}${HOOK_EVENTS}?webhook=${paged.id}&limit=2`;
    const first = await omnitron.oms<Numbered<HookEvent>>('GET', `${HOOK_EVENTS}?webhook=${paged.id}&limit=2`);
    expect(first.body).toMatchObject({ count: 3, next: `${address}&page=2`, previous: null });
    const second = await omnitron.oms<Numbered<HookEvent>>('GET', first.body.next!.slice(omnitron.gateway.url.length));
    expect(second.body).toMatchObject({ count: 3, next: null, previous: address });
    expect([...first.body.results, ...second.body.results].map(({ object_id }) => object_id).sort()).toEqual([1, 2, 3]);
    const past = await omnitron.oms('GET', `${HOOK_EVENTS}?webhook=${paged.id}&limit=2&page=3`);
    expect(past).toMatchObject({ status: 404, body: { detail: 'Invalid page.' } });
  });

  it('3.2.4 shows one by its integer, with the path’s last slash or without; 404 for another', async () => {
    const [listed] = await omnitron.events({ webhook: String(hook.id) });
    for (const path of [`${HOOK_EVENTS}${listed!.id}/`, `${HOOK_EVENTS}${listed!.id}`]) {
      expect(await omnitron.oms('GET', path)).toMatchObject({ status: 200, body: listed });
    }
    for (const path of [`${HOOK_EVENTS}999999/`, `${HOOK_EVENTS}x/`, '/api/v1/oms/nothing/']) {
      expect(await omnitron.oms('GET', path)).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
    }
  });

  it('3.2.5 publish-event: 202 without a body, one signed POST, and a record of its own', async () => {
    const { receiver, oms } = omnitron;
    const target = await omnitron.hook({ event_type: 'package.published', secret_key: SECRET });
    await omnitron.happen('package.published', 1, { number: 1.5 });
    const [first] = await omnitron.tried(target);
    const answer = await oms('POST', PUBLISH, { body: { hook: target.id, instance: { pk: 1, model: 'package' } } });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 202, body: undefined });
    const [record] = await omnitron.tried(target, 2);
    expect(record!.id).not.toBe(first!.id);
    expect(record).toMatchObject({ object_id: 1, content_type: 'package', retry_count: 1, delivered: true });
    const sent = receiver.to('/package.published').at(-1)!;
    const hex = record!.uuid.replaceAll('-', '');
    expect(sent.method).toBe('POST');
    expect(sent.body.toString()).toBe(`{"event":{"type":"package.published","uuid":"${hex}"},"payload":{"number":1.5}}`);
    expect(sent.headers).toMatchObject({ 'content-type': 'application/json', 'x-whisperer-event': 'package.published' });
    expect(isSignedWith(SECRET, sent)).toBe(true);
    expect(receiver.to('/package.published')).toHaveLength(2);
  });

  it('3.2.5 publish-event takes the newest event about the instance, and numbers as texts of digits', async () => {
    const target = await omnitron.hook({ event_type: 'package.newest' });
    for (const version of ['old', 'new']) await omnitron.happen('package.newest', 7, { version });
    await omnitron.happen('package.newest', 8, { version: 'other' });
    await omnitron.tried(target, 3);
    const body = { hook: String(target.id), instance: { pk: '7', model: 'package' } };
    expect((await omnitron.oms('POST', PUBLISH, { body })).status).toBe(202);
    const [record] = await omnitron.tried(target, 4);
    expect(record!.request_payload.payload).toEqual({ version: 'new' });
  });

  it('3.2.6 publish-event and resend-event take POST alone, and another method publishes nothing', async () => {
    const before = omnitron.receiver.requests.length;
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      for (const path of [PUBLISH, RESEND, PUBLISH.slice(0, -1)]) {
        const { status, headers, body } = await omnitron.oms(method, path);
        const told = { status, allow: headers.get('allow'), body };
        expect(told).toEqual({ status: 405, allow: 'POST', body: { detail: `Method "${method}" not allowed.` } });
      }
    }
    expect((await omnitron.oms('HEAD', PUBLISH)).status).toBe(405);
    // What comes next is the first to come.
    expect((await publish(hook.id)).status).toBe(202);
    await eventually(() => expect(omnitron.receiver.requests).toHaveLength(before + 1));
  });

  it.each([
    [
      'an unknown hook',
      { hook: 999_999, instance: { pk: 1, model: 'package' } },
      404,
      { code: 'webhook_100_1', en: 'Webhook does not exist' },
    ],
    ['no instance', { hook: 1 }, 400, { instance: ['This field is required.'] }],
    ['no hook', { instance: { pk: 1, model: 'package' } }, 400, { hook: ['This field is required.'] }],
    ['nothing', {}, 400, { hook: ['This field is required.'], instance: ['This field is required.'] }],
    [
      'an instance without members',
      { hook: 1, instance: {} },
      400,
      { instance: { pk: ['This field is required.'], model: ['This field is required.'] } },
    ],
    ['a hook that is no number', { hook: 'abc', instance: { pk: 1, model: 'package' } }, 400, { hook: ['A valid integer is required.'] }],
    [
      'the document’s pseudo-code',
      { hook: 'webhook.pk', instance: { pk: 'package.pk', model: 'package' } },
      400,
      { hook: ['A valid integer is required.'] },
    ],
  ])('3.2.7 publish-event with %s is refused', async (_, body, status, told) => {
    expect(await omnitron.oms('POST', PUBLISH, { body })).toMatchObject({ status, body: told });
  });

  it('3.2.7 publish-event with a model nobody has published about is refused; a form is, too, without a crash', async () => {
    const unknown = await omnitron.oms('POST', PUBLISH, { body: { hook: hook.id, instance: { pk: 1, model: 'nothing' } } });
    expect(unknown).toMatchObject({ status: 400, body: { instance: { model: ['Unknown model.'] } } });
    // What `data=payload` makes of the document's sample: the instance is gone but for its members' names.
    const form = { body: `hook=${hook.id}&instance=pk&instance=model`, headers: FORM };
    expect(await omnitron.oms('POST', PUBLISH, form)).toMatchObject({
      status: 400,
      body: { instance: ['Expected a dictionary of items.'] },
    });
    const pseudo = await omnitron.oms('POST', PUBLISH, { body: 'hook=webhook.pk', headers: FORM });
    const told = { hook: ['A valid integer is required.'], instance: ['This field is required.'] };
    expect(pseudo).toMatchObject({ status: 400, body: told });
    const nul = await omnitron.oms('POST', RESEND, { body: 'event=%00', headers: FORM });
    expect(nul).toMatchObject({ status: 400, body: { event: ['Text may not hold U+0000.'] } });
    expect((await omnitron.oms('POST', '/api/v1/oms/nothing/', { body: 'a=1', headers: FORM })).status).toBe(415);
    const multipart = await omnitron.oms('POST', PUBLISH, { body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } });
    expect(multipart.status).toBe(415);
    const broken = await omnitron.oms<{ detail: string }>('POST', PUBLISH, { body: '{"hook":' });
    expect({ status: broken.status, members: Object.keys(broken.body) }).toEqual({ status: 400, members: ['detail'] });
  });

  it('3.2.8 publish-event for an instance without an event is 404: nothing is accepted that would never be sent', async () => {
    expect(await publish(hook.id, 999)).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
  });

  it('3.2.9 nothing is sent to an inactive hook; an explicit publish or resend is 409', async () => {
    const { oms, receiver } = omnitron;
    const quiet = await omnitron.hook({ event_type: 'package.quiet' });
    await omnitron.happen('package.quiet', 1);
    const [event] = await omnitron.tried(quiet);
    await oms('PATCH', `${HOOKS}${quiet.id}/`, { body: { is_active: false } });
    expect((await publish(quiet.id)).status).toBe(409);
    expect((await oms('POST', RESEND, { body: { event: event!.uuid } })).status).toBe(409);
    await omnitron.happen('package.quiet', 2);
    await untilFannedOut(omnitron.database);
    await oms('PATCH', `${HOOKS}${quiet.id}/`, { body: { is_active: true } });
    expect((await publish(quiet.id)).status).toBe(202);
    const events = await omnitron.tried(quiet, 2);
    expect(events.map(({ object_id }) => object_id)).toEqual([1, 1]);
    expect(receiver.to('/package.quiet')).toHaveLength(2);
  });

  it('3.2.10 and 3.2.11 resend-event sends the same bytes in the same record, though it was delivered: by either spelling of the uuid', async () => {
    const { oms, receiver } = omnitron;
    const target = await omnitron.hook({ event_type: 'package.again', secret_key: SECRET });
    await omnitron.happen('package.again', 1, { a: 1 });
    const [first] = await omnitron.tried(target);
    expect(first!.delivered).toBe(true);
    for (const [i, event] of [first!.uuid, first!.uuid.replaceAll('-', '')].entries()) {
      const answer = await oms('POST', RESEND, { body: { event } });
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: undefined });
      await eventually(async () => {
        const events = await omnitron.tried(target);
        expect(events).toMatchObject([{ id: first!.id, uuid: first!.uuid, retry_count: i + 2, delivered: true }]);
        const [newest, next] = events[0]!.request_datetimes;
        expect(newest! > next!).toBe(true);
      });
    }
    const bodies = receiver.to('/package.again').map(({ body }) => body.toString());
    expect(bodies).toEqual([bodies[0], bodies[0], bodies[0]]);
    expect(receiver.to('/package.again').every((request) => isSignedWith(SECRET, request))).toBe(true);
  });

  it.each([
    ['an unknown uuid', { event: UNKNOWN }, 404, { code: 'event_100_1', en: 'WebhookEvent does not exist' }],
    ['no uuid', { event: 'not-a-uuid' }, 400, { event: ['"not-a-uuid" is not a valid UUID.'] }],
    [
      'the document’s sample, a token',
      { event: 'f532eXXXXXXXXXXXXXXXXX201XXXXX9332d' },
      400,
      { event: ['"f532eXXXXXXXXXXXXXXXXX201XXXXX9332d" is not a valid UUID.'] },
    ],
    ['nothing', {}, 400, { event: ['This field is required.'] }],
  ])('3.2.12 resend-event with %s is refused', async (_, body, status, told) => {
    expect(await omnitron.oms('POST', RESEND, { body })).toMatchObject({ status, body: told });
  });

  it('3.2.18 filters by uuid, status, delivery, object, type in any case, hook and time', async () => {
    const filtered = await omnitron.hook({ event_type: 'package.filtered' });
    omnitron.receiver.on('/package.filtered', [{ kind: 'answer' }, { kind: 'answer', status: 503 }]);
    await omnitron.happen('package.filtered', 1);
    const [delivered] = await omnitron.tried(filtered);
    await omnitron.happen('package.filtered', 2);
    const failed = (await omnitron.tried(filtered, 2)).find(({ id }) => id !== delivered!.id);
    const found = async (query: Record<string, string>) =>
      (await omnitron.events({ webhook: String(filtered.id), ...query })).map(({ id }) => id);
    const [good, bad] = [delivered!.id, failed!.id];
    const at = failed!.created_date;
    expect(await found({ delivered: 'false' })).toEqual([bad]);
    expect(await found({ delivered: 'True' })).toEqual([good]);
    expect(await found({ event_type: 'PACKAGE.FILTERED', object_id: '2', content_type: 'package' })).toEqual([bad]);
    expect(await found({ event_type: 'package.other' })).toEqual([]);
    expect(await found({ uuid: delivered!.uuid.replaceAll('-', '') })).toEqual([good]);
    expect(await found({ response_http_status: '503' })).toEqual([bad]);
    expect([await found({ created_date: at }), await found({ created_date__gte: at }), await found({ created_date__gt: at })]).toEqual([
      [bad],
      [bad],
      [],
    ]);
    expect([await found({ created_date__lt: at }), await found({ created_date__lte: at })]).toEqual([[good], [bad, good]]);
    expect(await omnitron.oms('GET', `${HOOK_EVENTS}?uuid=x`)).toMatchObject({ status: 400, body: { uuid: ['Enter a valid UUID.'] } });
    expect(await omnitron.oms('GET', `${HOOK_EVENTS}?nothing=1`)).toMatchObject({ status: 400, body: { nothing: ['Unknown filter.'] } });
  });

  it('3.2.19 a user sees the hook events of its own hooks alone, and nobody but the owner sees the secret', async () => {
    const user = await omnitron.user();
    const own = await omnitron.hook({ event_type: 'package.owned', secret_key: SECRET }, user);
    await omnitron.happen('package.owned', 1);
    const [event] = await omnitron.tried(own);
    expect(event!.webhook.secret_key).toBeNull();
    const seen = await omnitron.events({}, user);
    expect(seen.map(({ uuid, webhook }) => [uuid, webhook.secret_key])).toEqual([[event!.uuid, SECRET]]);
    const stranger = await omnitron.user();
    expect(await omnitron.events({}, stranger)).toEqual([]);
    expect((await stranger('GET', `${HOOK_EVENTS}${event!.id}/`)).status).toBe(404);
    expect((await stranger('POST', RESEND, { body: { event: event!.uuid } })).body).toMatchObject({ code: 'event_100_1' });
    const theirs = { body: { hook: own.id, instance: { pk: 1, model: 'package' } } };
    expect((await stranger('POST', PUBLISH, theirs)).body).toMatchObject({ code: 'webhook_100_1' });
  });
});
