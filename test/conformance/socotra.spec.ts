import { createHmac } from 'node:crypto';
import { readSubscription, untilDelivery, untilFannedOut, type Stage } from '../e2e/stage.js';
import { caller, operator } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { startReceiver } from '../support/receiver.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { type Diverted, type SocotraError, type SocotraTenant, socotraTenant, startSocotraStage, type Webhook } from './socotra-stage.js';

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const UNKNOWN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
/** Word for word. */
const DEFAULTS = { triggers: ['4xx', '5xx', 'timeout'], divert: false, suspend: false };

let stage: Stage;
let tenant: SocotraTenant;

beforeAll(async () => {
  stage = await startSocotraStage();
  tenant = await socotraTenant(stage, 'insurer');
});

/** A webhook for one event type to one path of the receiver. */
const wanting = (name: string, more: { endpoint?: object; failureHandling?: object; enabled?: boolean } = {}) => ({
  name,
  enabled: true,
  eventTypes: [`policy.${name}`],
  failureHandling: {},
  ...more,
  endpoint: { url: `${stage.receiver.url}/${name}`, ...more.endpoint },
});

const publish = (name: string, data: unknown = { n: 1 }) => tenant.native.publish({ type: `policy.${name}`, data });
const arrived = (name: string) => stage.receiver.waitFor(({ path }) => path === `/${name}`);
const refusal = async (method: string, path: string, body?: unknown): Promise<[number, string, string | undefined]> => {
  const { status, body: error } = await tenant.send<SocotraError>(method, path, body);
  expect(Object.keys(error).sort()).toEqual(
    error.details ? ['details', 'error', 'message', 'requestId'] : ['error', 'message', 'requestId'],
  );
  return [status, error.error, error.details?.[0]?.path];
};

describe('Socotra Insurance Suite', () => {
  it('3.4.1 creates a webhook: 200 and the whole WebhookResponse, not suspended, without headers', async () => {
    const body = {
      name: 'first',
      enabled: true,
      endpoint: { url: 'https://hooks.example.com/first' },
      failureHandling: {
        triggers: ['404', '5xx'],
        retryStrategy: { attempts: 5, interval: 60, type: 'linear' },
        divert: true,
        suspend: true,
      },
      eventTypes: ['policy.quote.issue'],
    };
    const { status, body: webhook } = await tenant.send('POST', '/webhooks', body);
    expect({ status, webhook }).toEqual({
      status: 200,
      webhook: {
        ...body,
        locator: expect.stringMatching(ULID) as string,
        endpoint: { hmacEnabled: false, secret: '', secureSsl: true, tag: '', url: 'https://hooks.example.com/first', headers: {} },
        suspended: false,
        suspendedAt: null,
      },
    });
    expect(await tenant.fetch(webhook.locator)).toEqual(webhook);
    const native = await readSubscription(tenant.native, { id: webhook.locator });
    expect(native).toMatchObject({ locator: webhook.locator, url: body.endpoint.url, format: 'socotra' });
  });

  it('3.4.2 fills in the documented failure handling, with one attempt, where there is none or an empty one', async () => {
    const { failureHandling: _, ...without } = wanting('defaults');
    const silent = await tenant.create(without);
    expect(silent.failureHandling).toEqual(DEFAULTS);
    expect((await tenant.create(wanting('defaults'))).failureHandling).toEqual(DEFAULTS);
    expect(await readSubscription(tenant.native, { id: silent.locator })).toMatchObject({
      failureHandling: { retry: null, alertEndpoint: null, triggers: ['4xx', '5xx', 'timeout', 'network'] },
    });
  });

  it('3.4.3 refuses a webhook without url, name, enabled or event types, and what nobody could obey', async () => {
    const sound = wanting('refused');
    const { url: _, ...noUrl } = sound.endpoint;
    for (const name of ['name', 'enabled', 'endpoint', 'eventTypes']) {
      expect(await refusal('POST', '/webhooks', { ...sound, [name]: undefined })).toEqual([400, 'required', `/${name}`]);
    }
    expect(await refusal('POST', '/webhooks', { ...sound, endpoint: noUrl })).toEqual([400, 'required', '/endpoint/url']);
    expect(await refusal('POST', '/webhooks', { ...sound, endpoint: { url: 'ftp://x' } })).toEqual([400, 'url_scheme', '/endpoint/url']);
    expect(await refusal('POST', '/webhooks', { ...sound, eventTypes: ['policy.*'] })).toMatchObject([
      400,
      expect.anything(),
      '/eventTypes',
    ]);
    expect(await refusal('POST', '/webhooks', { ...sound, colour: 'red' })).toEqual([400, 'unknown_field', '/colour']);
    expect(await refusal('POST', '/webhooks', { ...sound, useAutomationPlugin: true })).toEqual([
      400,
      'not_supported',
      '/useAutomationPlugin',
    ]);
    expect((await tenant.create({ ...sound, useAutomationPlugin: false })).name).toBe('refused');
    expect((await refusal('POST', '/webhooks', '{"name":')).slice(0, 2)).toEqual([400, 'invalid_json']);
  });

  it('3.4.4 tells a malformed locator (400) from one that nobody has, or another tenant (404)', async () => {
    const stranger = await socotraTenant(stage, 'stranger');
    const theirs = await stranger.create(wanting('theirs'));
    const mine = await tenant.create(wanting('mine'));
    const send = caller(stage.gateway.url, tenant.native.key);
    const at = async (path: string) => (await send<SocotraError>('GET', path)).status;
    expect(await at(`/event/no-uuid/webhooks/${mine.locator}`)).toBe(400);
    expect(await at(`/event/${stranger.locator}/webhooks/${mine.locator}`)).toBe(404);
    expect(await at(`/event/${stranger.locator}/webhooks/${theirs.locator}`)).toBe(404);
    expect(await refusal('GET', '/webhooks/short')).toEqual([400, 'invalid_id', '/webhookLocator']);
    for (const locator of [UNKNOWN, theirs.locator]) {
      expect(await refusal('GET', `/webhooks/${locator}`)).toEqual([404, 'not_found', undefined]);
      expect(await refusal('PATCH', `/webhooks/${locator}`, { name: 'x' })).toEqual([404, 'not_found', undefined]);
      expect(await refusal('PATCH', `/webhooks/${locator}/unsuspend`)).toEqual([404, 'not_found', undefined]);
      expect(await refusal('DELETE', `/webhooks/${locator}`)).toEqual([404, 'not_found', undefined]);
      expect(await refusal('GET', `/webhooks/${locator}/diverted`)).toEqual([404, 'not_found', undefined]);
    }
    expect(await refusal('GET', '/nowhere')).toEqual([404, 'not_found', undefined]);
  });

  it('3.4.5 asks for webhooks.read to fetch, read and list to list, write to change; 401 without a key, 403 for the operator', async () => {
    const { locator } = await tenant.create(wanting('permitted'));
    const statuses = async (send: SocotraTenant['send']) => {
      const calls = [
        ['GET', `/webhooks/${locator}`],
        ['GET', '/webhooks/list'],
        ['POST', '/webhooks', {}],
        ['PATCH', `/webhooks/${locator}`, {}],
      ] as const;
      return Promise.all(calls.map(async ([method, path, body]) => (await send(method, path, body)).status));
    };
    expect(await statuses(await tenant.withPermissions('subscriptions:read'))).toEqual([200, 403, 403, 403]);
    expect(await statuses(await tenant.withPermissions('subscriptions:list'))).toEqual([403, 403, 403, 403]);
    expect(await statuses(await tenant.withPermissions('subscriptions:read', 'subscriptions:list'))).toEqual([200, 200, 403, 403]);
    expect(await statuses(await tenant.withPermissions('subscriptions:write'))).toEqual([403, 403, 400, 200]);
    const path = `/event/${tenant.locator}/webhooks/list`;
    const nobody = await caller(stage.gateway.url)<SocotraError>('GET', path);
    expect([nobody.status, nobody.body.error]).toEqual([401, 'unauthenticated']);
    expect((await operator(stage.gateway.url).send<SocotraError>('GET', path)).body.error).toBe('tenant_key_required');
  });

  it('3.4.6 lists by offset and count until listCompleted, and filters by every documented parameter', async () => {
    const many = await socotraTenant(stage, 'many');
    const old = await many.create({ ...wanting('old'), eventTypes: ['a'] });
    const off = await many.create({ ...wanting('switched-off', { enabled: false }), eventTypes: ['b'] });
    const list = async (query = '') => {
      const { status, body } = await many.send<{ listCompleted: boolean; items: Webhook[] }>('GET', `/webhooks/list${query}`);
      expect(status).toBe(200);
      return { listCompleted: body.listCompleted, locators: body.items.map(({ locator }) => locator) };
    };
    expect(await list('?offset=0&count=1')).toEqual({ listCompleted: false, locators: [off.locator] });
    expect(await list('?offset=1&count=1')).toEqual({ listCompleted: true, locators: [old.locator] });
    expect(await list('?offset=2')).toEqual({ listCompleted: true, locators: [] });
    expect(await list('?extended=true')).toEqual({ listCompleted: true, locators: [off.locator, old.locator] });
    expect((await list('?name=OLD')).locators).toEqual([old.locator]);
    expect((await list('?enabled=false')).locators).toEqual([off.locator]);
    expect((await list('?eventTypes=a')).locators).toEqual([old.locator]);
    expect((await list('?eventTypes=a&eventTypes=b')).locators).toEqual([off.locator, old.locator]);
    await many.native.send('POST', `/v1/subscriptions/${old.locator}/suspend`, { body: {} });
    expect((await list('?suspended=true')).locators).toEqual([old.locator]);
    expect((await list('?active=true')).locators).toEqual([]);
    expect((await list('?active=false')).locators).toEqual([off.locator, old.locator]);
    for (const query of ['?count=0', '?count=201', '?offset=-1', '?offset=100001', '?enabled=maybe', '?colour=red']) {
      expect((await many.send('GET', `/webhooks/list${query}`)).status).toBe(400);
    }
  });

  it('3.4.7 takes event types away before it adds: what is in both is there; what is not there is no fault', async () => {
    const { locator } = await tenant.create({ ...wanting('types'), eventTypes: ['a', 'b', 'b'] });
    const after = async (changes: object) => (await tenant.patch(locator, changes)).eventTypes;
    expect(await after({})).toEqual(['a', 'b']);
    expect(await after({ addEventTypes: ['a'], removeEventTypes: ['a'] })).toEqual(['b', 'a']);
    expect(await after({ removeEventTypes: ['zzz'] })).toEqual(['b', 'a']);
    expect(await after({ addEventTypes: [] })).toEqual(['b', 'a']);
    expect(await after({ addEventTypes: ['a', 'c', 'c'] })).toEqual(['b', 'a', 'c']);
  });

  it('3.4.8 sends every value of a header, and takes headers away before it adds, in any case', async () => {
    const { locator } = await tenant.create(wanting('headers', { endpoint: { headers: { 'X-A': ['0'], 'X-B': ['b'], 'X-C': ['c'] } } }));
    const { endpoint } = await tenant.patch(locator, {
      endpoint: { removeHeaders: ['x-a', 'X-c'], addHeaders: { 'X-A': ['1', '2'] } },
    });
    expect(endpoint.headers).toEqual({ 'X-A': ['1', '2'], 'X-B': ['b'] });
    await publish('headers');
    const { rawHeaders } = await arrived('headers');
    expect(rawHeaders.filter((_, i) => rawHeaders[i - 1]?.toLowerCase() === 'x-a')).toEqual(['1', '2']);
    expect(await refusal('PATCH', `/webhooks/${locator}`, { endpoint: { addHeaders: { 'X-A': 'one' } } })).toEqual([
      400,
      'invalid_type',
      '/endpoint/addHeaders',
    ]);
    expect(await refusal('PATCH', `/webhooks/${locator}`, { endpoint: { addHeaders: { Host: ['x'] } } })).toEqual([
      400,
      'header_forbidden',
      '/endpoint/headers/Host',
    ]);
  });

  it('3.4.9 goes back to the default on removeFailureHandling, under what the same call says; parts can be removed and added alone', async () => {
    const { locator } = await tenant.create(
      wanting('handling', {
        failureHandling: {
          triggers: ['404', '5xx'],
          retryStrategy: { attempts: 2, interval: 5, type: 'exponential' },
          alertEndpoint: { url: 'https://alerts.example.com/', headers: { 'X-Team': ['a'] } },
          divert: true,
        },
      }),
    );
    const after = async (changes: object) => (await tenant.patch(locator, changes)).failureHandling;
    const kept = await after({ failureHandling: { addTriggers: ['404', '503'], removeTriggers: ['404', '5xx', '418'] } });
    expect(kept).toMatchObject({
      triggers: ['404', '503'],
      retryStrategy: { attempts: 2, interval: 5, type: 'exponential' },
      divert: true,
    });
    expect(await after({ failureHandling: { alertEndpoint: { addHeaders: { 'X-Team': ['b'] } } } })).toMatchObject({
      alertEndpoint: { url: 'https://alerts.example.com/', headers: { 'X-Team': ['b'] } },
    });
    expect(await after({ failureHandling: { removeRetryStrategy: true, removeAlertEndpoint: true } })).toEqual({
      triggers: ['404', '503'],
      divert: true,
      suspend: false,
    });
    expect(await after({ removeFailureHandling: true, failureHandling: { suspend: true } })).toEqual({ ...DEFAULTS, suspend: true });
    expect(await after({ removeFailureHandling: true })).toEqual(DEFAULTS);
  });

  it('3.4.10 takes 1 to 10 attempts, linear or exponential, and no trigger that it does not know', async () => {
    const handling = (failureHandling: object) => ({ ...wanting('strategy'), failureHandling });
    const at = '/failureHandling/retryStrategy';
    for (const attempts of [0, 11, 1.5]) {
      const body = handling({ retryStrategy: { attempts, interval: 1, type: 'linear' } });
      expect(await refusal('POST', '/webhooks', body)).toMatchObject([400, expect.anything(), `${at}/attempts`]);
    }
    for (const attempts of [1, 10]) {
      const retryStrategy = { attempts, interval: 1, type: 'linear' };
      expect((await tenant.create(handling({ retryStrategy }))).failureHandling).toEqual({ ...DEFAULTS, retryStrategy });
    }
    expect((await tenant.create(handling({ retryStrategy: { interval: 9, type: 'exponential' } }))).failureHandling).toMatchObject({
      retryStrategy: { attempts: 3, interval: 9, type: 'exponential' },
    });
    expect(await refusal('POST', '/webhooks', handling({ retryStrategy: { interval: 1, type: 'cubic' } }))).toEqual([
      400,
      'invalid_value',
      `${at}/type`,
    ]);
    for (const trigger of ['6xx', 'banana', '2xx']) {
      expect(await refusal('POST', '/webhooks', handling({ triggers: ['404', trigger] }))).toMatchObject([
        400,
        expect.anything(),
        '/failureHandling/triggers',
      ]);
    }
  });

  it('3.4.11 suspends after the last attempt; what comes meanwhile is never delivered; unsuspend answers 204, also twice', async () => {
    stage.receiver.on('/suspends', [{ kind: 'answer', status: 500 }, { kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const retryStrategy = { attempts: 2, interval: 0, type: 'linear' };
    const { locator } = await tenant.create(wanting('suspends', { failureHandling: { suspend: true, retryStrategy } }));
    const first = await publish('suspends');
    await untilDelivery(tenant.native, first.id, { state: 'failed', attemptCount: 2 });
    const suspended = await tenant.fetch(locator);
    expect(suspended).toMatchObject({ enabled: true, suspended: true });
    expect(Date.parse(suspended.suspendedAt!)).toBeGreaterThan(0);
    const missed = await publish('suspends');
    await untilFannedOut(stage.database);
    const answer = await tenant.send('PATCH', `/webhooks/${locator}/unsuspend`);
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect(await tenant.fetch(locator)).toMatchObject({ suspended: false, suspendedAt: null });
    const later = await publish('suspends');
    await untilDelivery(tenant.native, later.id, { state: 'delivered' });
    expect(await tenant.native.deliveriesOf(missed.id)).toEqual([]);
    expect(stage.receiver.to('/suspends')).toHaveLength(3);
    expect((await tenant.send('PATCH', `/webhooks/${locator}/unsuspend`)).status).toBe(204);
  });

  it('3.4.12 keeps what it cannot deliver under /diverted, to be fetched, resent or deleted by whoever may', async () => {
    stage.receiver.on('/diverts', [{ kind: 'answer', status: 500 }, { kind: 'answer', status: 503 }, { kind: 'answer' }]);
    const { locator } = await tenant.create(wanting('diverts', { failureHandling: { divert: true, triggers: ['5xx', '500'] } }));
    const at = `/webhooks/${locator}/diverted`;
    const events = [];
    for (const requestId of ['01KAK3J0V1QH6E6T2C0X8ZC3VB', undefined]) {
      const event = { name: 'diverts', ...(requestId ? { requestId } : {}) };
      const { id } = await tenant.native.publish({ type: 'policy.diverts', data: 1, event });
      await untilDelivery(tenant.native, id, { state: 'diverted' });
      events.push(id.slice('evt_'.length));
    }
    const [first, second] = events as [string, string];
    const list = async (query = '') => (await tenant.send<Diverted[]>('GET', at + query)).body;
    const failureTimestamp = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    const rows = [
      {
        eventLocator: second,
        requestLocator: second,
        failureMessage: 'The receiver answered 503.',
        failureTimestamp,
        failureTrigger: '5xx',
      },
      {
        eventLocator: first,
        requestLocator: '01KAK3J0V1QH6E6T2C0X8ZC3VB',
        failureMessage: 'The receiver answered 500.',
        failureTimestamp,
        failureTrigger: '500',
      },
    ];
    expect(await list()).toEqual(rows);
    expect(await list('?offset=1&count=1')).toEqual([rows[1]]);
    expect((await tenant.send('GET', `${at}/${first}`)).body).toEqual(rows[1]);
    expect(await refusal('GET', `${at}/${UNKNOWN}`)).toEqual([404, 'not_found', undefined]);

    const statuses = async (send: SocotraTenant['send']) => {
      const calls = [
        ['GET', `${at}/${first}`],
        ['GET', at],
        ['POST', `${at}/${UNKNOWN}/resend`],
        ['DELETE', `${at}/${UNKNOWN}`],
      ] as const;
      return Promise.all(calls.map(async ([method, path]) => (await send(method, path)).status));
    };
    expect(await statuses(await tenant.withPermissions('diverted:read'))).toEqual([200, 403, 403, 403]);
    expect(await statuses(await tenant.withPermissions('diverted:read', 'diverted:list'))).toEqual([200, 200, 403, 403]);
    expect(await statuses(await tenant.withPermissions('diverted:resend'))).toEqual([403, 403, 404, 403]);
    expect(await statuses(await tenant.withPermissions('diverted:delete'))).toEqual([403, 403, 403, 404]);

    const resent = await tenant.send<Diverted>('POST', `${at}/${first}/resend`);
    expect([resent.status, resent.body]).toEqual([200, rows[1]]);
    await untilDelivery(tenant.native, `evt_${first}`, { state: 'delivered' });
    expect(await list()).toEqual([rows[0]]);
    const deleted = await tenant.send<Diverted>('DELETE', `${at}/${second}`);
    expect([deleted.status, deleted.body]).toEqual([200, rows[0]]);
    expect(await list()).toEqual([]);
    expect(await refusal('POST', `${at}/${second}/resend`)).toEqual([404, 'not_found', undefined]);
  });

  it('3.4.12 neither retries, diverts nor suspends for a failure that is no trigger; a receiver that is not there is a timeout', async () => {
    stage.receiver.on('/untriggered', { kind: 'answer', status: 403 });
    const failureHandling = { triggers: ['5xx'], divert: true, suspend: true, retryStrategy: { attempts: 5, interval: 0, type: 'linear' } };
    const { locator } = await tenant.create(wanting('untriggered', { failureHandling }));
    const { id } = await publish('untriggered');
    await untilDelivery(tenant.native, id, { state: 'failed', reason: 'not_retryable', attemptCount: 1 });
    expect(await tenant.fetch(locator)).toMatchObject({ suspended: false });

    const absent = await startReceiver();
    await absent.close();
    const { locator: deaf } = await tenant.create(
      wanting('absent', { endpoint: { url: absent.url }, failureHandling: { ...failureHandling, triggers: ['timeout'] } }),
    );
    const lost = await publish('absent');
    await untilDelivery(tenant.native, lost.id, { state: 'diverted', attemptCount: 5 });
    expect((await tenant.send<Diverted[]>('GET', `/webhooks/${deaf}/diverted`)).body).toMatchObject([
      { failureTrigger: 'timeout', failureMessage: 'There was no answer: connection_refused.' },
    ]);
    expect(await tenant.fetch(deaf)).toMatchObject({ suspended: true });
  });

  it('3.4.13 tells the alert endpoint once when the attempts are used up, and nobody when that fails', async () => {
    stage.receiver.on('/broken', { kind: 'answer', status: 500 });
    stage.receiver.on('/alerts', { kind: 'answer', status: 500 });
    const alertEndpoint = { url: `${stage.receiver.url}/alerts`, headers: { 'X-Team': ['a', 'b'] } };
    const { locator, failureHandling } = await tenant.create(
      wanting('broken', { failureHandling: { alertEndpoint, retryStrategy: { attempts: 2, interval: 0, type: 'linear' } } }),
    );
    expect(failureHandling).toMatchObject({
      alertEndpoint: { ...alertEndpoint, hmacEnabled: false, secret: '', secureSsl: true, tag: '' },
    });
    const first = await publish('broken');
    const notice = await arrived('alerts');
    expect(notice.headers['x-team']).toBe('a, b');
    expect(JSON.parse(notice.body.toString())).toMatchObject({ subscriptionId: `sub_${locator}`, eventId: first.id, attemptCount: 2 });
    const second = await publish('broken');
    await stage.receiver.waitFor(({ path, body }) => path === '/alerts' && body.includes(second.id));
    expect(stage.receiver.to('/alerts')).toHaveLength(2);
    const signed = wanting('broken', { failureHandling: { alertEndpoint: { ...alertEndpoint, secret: 'x', hmacEnabled: true } } });
    expect(await refusal('POST', '/webhooks', signed)).toEqual([400, 'not_supported', '/failureHandling/alertEndpoint']);
  });

  it('3.4.14 signs with the secret and names it by its tag, if hmacEnabled says so; neither goes without a secret, and none is shown', async () => {
    const { locator, endpoint } = await tenant.create(
      wanting('signed', { endpoint: { hmacEnabled: true, secret: 's3cr3t-of-mine', tag: 'v1' } }),
    );
    expect(endpoint).toMatchObject({ hmacEnabled: true, secret: '***', tag: 'v1' });
    const next = async (n: number) => {
      await publish('signed', { n });
      await eventually(() => expect(stage.receiver.to('/signed')).toHaveLength(n));
      const { headers, body } = stage.receiver.to('/signed')[n - 1]!;
      return { signature: headers['socotra-signature'], tag: headers['socotra-signature-tag'], body };
    };
    const signed = (secret: string, body: Buffer) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const first = await next(1);
    expect([first.signature, first.tag]).toEqual([signed('s3cr3t-of-mine', first.body), 'v1']);
    expect((await tenant.patch(locator, { endpoint: { tag: 'v2' } })).endpoint).toMatchObject({
      hmacEnabled: true,
      secret: '***',
      tag: 'v2',
    });
    const second = await next(2);
    expect([second.signature, second.tag]).toEqual([signed('s3cr3t-of-mine', second.body), 'v2']);
    expect((await tenant.patch(locator, { endpoint: { hmacEnabled: false } })).endpoint).toMatchObject({
      hmacEnabled: false,
      secret: '***',
    });
    expect(await next(3)).toMatchObject({ signature: undefined, tag: undefined });
    // What was read may be sent back: the mask stands for the secret that is stored.
    const { hmacEnabled: _, headers: __, ...read } = (await tenant.fetch(locator)).endpoint;
    await tenant.patch(locator, { endpoint: { ...read, hmacEnabled: true } });
    const fourth = await next(4);
    expect(fourth.signature).toBe(signed('s3cr3t-of-mine', fourth.body));
    await tenant.patch(locator, { endpoint: { secret: 'another' } });
    const fifth = await next(5);
    expect(fifth.signature).toBe(signed('another', fifth.body));
    expect(JSON.stringify(await tenant.send('GET', '/webhooks/list'))).not.toMatch(/s3cr3t-of-mine|another/);

    const refused = [400, 'secret_required', '/endpoint/secret'];
    const plain = await tenant.create(wanting('unsigned'));
    for (const part of [{ tag: 'v1' }, { hmacEnabled: true }]) {
      expect(await refusal('POST', '/webhooks', wanting('unsigned', { endpoint: part }))).toEqual(refused);
      expect(await refusal('PATCH', `/webhooks/${plain.locator}`, { endpoint: part })).toEqual(refused);
    }
  });

  it('3.4.15 delivers to a self-signed certificate with secureSsl false, and not with secureSsl true', async () => {
    const secure = await startReceiver({ tls: SELF_SIGNED });
    const strict = await tenant.create(wanting('tls', { endpoint: { url: `${secure.url}/strict`, secureSsl: true } }));
    const lax = await tenant.create(wanting('tls', { endpoint: { url: `${secure.url}/lax`, secureSsl: false } }));
    expect([strict.endpoint.secureSsl, lax.endpoint.secureSsl]).toEqual([true, false]);
    const { id } = await publish('tls');
    await untilDelivery(tenant.native, id, { state: 'delivered' }, `sub_${lax.locator}`);
    await untilDelivery(tenant.native, id, { state: 'failed', lastError: 'tls_untrusted' }, `sub_${strict.locator}`);
    expect(secure.requests.map(({ path }) => path)).toEqual(['/lax']);
  });

  it('3.4.16 deletes with 204 and knows the webhook no more; a disabled one gets nothing', async () => {
    const { locator } = await tenant.create(wanting('deleted'));
    const { status, body } = await tenant.send('DELETE', `/webhooks/${locator}`);
    expect([status, body]).toEqual([204, undefined]);
    expect(await refusal('GET', `/webhooks/${locator}`)).toEqual([404, 'not_found', undefined]);
    expect(await refusal('DELETE', `/webhooks/${locator}`)).toEqual([404, 'not_found', undefined]);

    const disabled = await tenant.create(wanting('disabled', { enabled: false }));
    const missed = await publish('disabled');
    await untilFannedOut(stage.database);
    expect(await tenant.patch(disabled.locator, { enabled: true })).toMatchObject({ enabled: true });
    const later = await publish('disabled');
    await untilDelivery(tenant.native, later.id, { state: 'delivered' });
    expect(await tenant.native.deliveriesOf(missed.id)).toEqual([]);
    expect(stage.receiver.to('/disabled')).toHaveLength(1);
  });

  it('3.4.17 delivers an EventResponse, the data byte for byte, and the events API shows the same', async () => {
    await tenant.create(wanting('quote.issue'));
    const event =
      '{"type":"policy.quote.issue","occurredAt":"2026-11-21T10:00:00Z","event":{"requestId":"01KAK3J0V1QH6E6T2C0X8ZC3VB"},"user":{"id":"u-1"},"data":{"premium":12345678901234567890,"a" : 1.10}}';
    const published = await tenant.native.send<{ id: string }>('POST', '/v1/events', { body: event });
    const { body } = await arrived('quote.issue');
    const locator = published.body.id.slice('evt_'.length);
    const bytes = `{"locator":"${locator}","requestId":"01KAK3J0V1QH6E6T2C0X8ZC3VB","userLocator":"u-1","timestamp":"2026-11-21T10:00:00.000Z","type":"policy.quote.issue","data":{"premium":12345678901234567890,"a" : 1.10}}`;
    expect(body.toString()).toBe(bytes);
    const shown = await fetch(`${stage.gateway.url}/event/${tenant.locator}/events/${locator}`, {
      headers: { authorization: `Bearer ${tenant.native.key}` },
    });
    expect([shown.status, shown.headers.get('content-type'), await shown.text()]).toEqual([200, 'application/json; charset=utf-8', bytes]);
  });

  it('lists events newest first within a window and by type; a pagingToken stands alone and holds what was asked', async () => {
    interface Events {
      pagingToken: string | null;
      events: { locator: string; type: string }[];
    }
    const busy = await socotraTenant(stage, 'busy');
    const ids: string[] = [];
    for (const type of ['claim.a', 'claim.b', 'claim.a', 'claim.a']) ids.push((await busy.native.publish({ type, data: 1 })).id.slice(4));
    const list = async (query: string) => (await busy.send<Events>('GET', `/events/list${query}`)).body;
    const found = ({ events }: Events) => events.map(({ locator }) => locator);
    const first = await list('?type=claim.a&pageSize=2&startTimestamp=2020-01-01T00:00:00Z');
    expect(found(first)).toEqual([ids[3], ids[2]]);
    const second = await list(`?pagingToken=${first.pagingToken}`);
    expect([found(second), second.pagingToken]).toEqual([[ids[0]], null]);
    expect(found(await list(''))).toEqual(ids.toReversed());
    expect(found(await list('?endTimestamp=2020-01-01T00:00:00Z'))).toEqual([]);
    for (const query of [
      `?pagingToken=${first.pagingToken}&type=claim.a`,
      '?pagingToken=forged',
      '?pageSize=0',
      '?pageSize=201',
      '?startTimestamp=now',
    ]) {
      expect((await busy.send('GET', `/events/list${query}`)).status).toBe(400);
    }
    expect((await tenant.send('GET', `/events/list?pagingToken=${first.pagingToken}`)).status).toBe(400);
    expect((await tenant.send('GET', `/events/${ids[0]}`)).status).toBe(404);
    expect((await (await busy.withPermissions('events:read'))('GET', '/events/list')).status).toBe(403);
  });

  it('fetches the events of one request, oldest first; an event without one is its own', async () => {
    const requestId = '01KAK3J0V1QH6E6T2C0X8ZC3VC';
    const [first, second, alone] = [
      await tenant.native.publish({ type: 'claim.open', data: 1, event: { name: 'open', requestId } }),
      await tenant.native.publish({ type: 'claim.close', data: 2, event: { name: 'close', requestId } }),
      await tenant.native.publish({ type: 'claim.open', data: 3 }),
    ].map(({ id }) => id.slice('evt_'.length)) as [string, string, string];
    const ofRequest = async (locator: string) => {
      const { status, body } = await tenant.send<{ locator: string; requestId: string }[]>('GET', `/events/request/${locator}`);
      expect(status).toBe(200);
      return body.map(({ locator: found, requestId: of }) => [found, of]);
    };
    expect(await ofRequest(requestId)).toEqual([
      [first, requestId],
      [second, requestId],
    ]);
    expect(await ofRequest(alone)).toEqual([[alone, alone]]);
    expect(await ofRequest(first)).toEqual([]);
    expect(await ofRequest('no%00request')).toEqual([]);
    const stranger = await socotraTenant(stage, 'request-stranger');
    expect((await stranger.send('GET', `/events/request/${requestId}`)).body).toEqual([]);
    expect((await (await tenant.withPermissions('events:read'))('GET', `/events/request/${requestId}`)).status).toBe(403);
  });

  it('changes a subscription made through the native API without losing what Socotra cannot say', async () => {
    const native = await tenant.native.subscribe({
      name: 'Native',
      url: 'https://hooks.example.com/native',
      eventTypes: ['order.*'],
      templates: { '*': '{/}' },
      headers: { Authorization: { value: 'Bearer t0k3n', secret: true } },
      failureHandling: {
        retry: { kind: 'random', minSeconds: 1, maxSeconds: 5, maxAttempts: 20 },
        alertEndpoint: { url: 'https://alerts.example.com/', headers: { 'X-Key': { value: 'k3y', secret: true } } },
      },
    });
    const seen = await tenant.fetch(native.locator);
    expect(seen).toMatchObject({ endpoint: { hmacEnabled: false, secret: '***', headers: { Authorization: [] } } });
    expect(seen.failureHandling).not.toHaveProperty('retryStrategy');
    expect(JSON.stringify(seen)).not.toMatch(/t0k3n|k3y/);
    await tenant.patch(native.locator, { name: 'Renamed', addEventTypes: ['policy.x'], failureHandling: { divert: true } });
    const { secret: _, version: __, ...before } = native;
    expect(await readSubscription(tenant.native, native)).toMatchObject({
      ...before,
      name: 'Renamed',
      eventTypes: ['order.*', 'policy.x'],
      failureHandling: { ...before.failureHandling, divert: true },
    });
  });
});

describe('Socotra Enterprise Core', () => {
  let core: SocotraTenant;
  const webhook = () => ({ ...wanting('core'), endpoint: { url: `${stage.receiver.url}/core`, headers: {} as Record<string, string[]> } });

  beforeAll(async () => {
    core = await socotraTenant(stage, 'core', 'enterpriseCore');
  });

  it('is a setting of its tenant that the operator may change; there is no third profile', async () => {
    const changing = await socotraTenant(stage, 'changing');
    const settings = (socotraProfile: string) =>
      operator(stage.gateway.url).send('PATCH', `/v1/tenants/${changing.locator}`, { body: { settings: { socotraProfile } } });
    const list = async () => (await changing.send('GET', '/webhooks/list')).body;
    expect(await list()).toEqual({ listCompleted: true, items: [] });
    expect((await settings('enterpriseCore')).status).toBe(200);
    expect(await list()).toEqual([]);
    expect((await settings('classic')).status).toBe(422);
  });

  it('3.5.1 lists a bare array by offset and count, and takes `extended` without effect', async () => {
    const lister = await socotraTenant(stage, 'core-list', 'enterpriseCore');
    const [first, second] = [await lister.create(webhook()), await lister.create(webhook())];
    expect((await lister.send('GET', '/webhooks/list')).body).toEqual([second, first]);
    expect((await lister.send('GET', '/webhooks/list?extended=true&offset=1&count=1')).body).toEqual([first]);
  });

  it('3.5.2 needs endpoint.headers, if only empty, and knows nothing of signing or plugins', async () => {
    const refused = async (body: object) => {
      const { status, body: error } = await core.send<SocotraError>('POST', '/webhooks', body);
      return [status, error.error, error.details?.[0]?.path];
    };
    const { url } = webhook().endpoint;
    expect(await refused({ ...webhook(), endpoint: { url } })).toEqual([400, 'required', '/endpoint/headers']);
    for (const part of [{ hmacEnabled: false }, { secret: 'x' }, { secureSsl: true }, { tag: 'v1' }]) {
      const [name] = Object.keys(part);
      expect(await refused({ ...webhook(), endpoint: { url, headers: {}, ...part } })).toEqual([400, 'unknown_field', `/endpoint/${name}`]);
    }
    expect(await refused({ ...webhook(), useAutomationPlugin: false })).toEqual([400, 'unknown_field', '/useAutomationPlugin']);
  });

  it('3.5.3 answers an endpoint with exactly url and headers, and delivers unsigned', async () => {
    const { endpoint, failureHandling } = await core.create({
      ...webhook(),
      failureHandling: { alertEndpoint: { url: 'https://a.example.com', headers: {} } },
    });
    expect(endpoint).toEqual({ url: webhook().endpoint.url, headers: {} });
    expect(failureHandling).toMatchObject({ alertEndpoint: { url: 'https://a.example.com', headers: {} } });
    expect(Object.keys(failureHandling['alertEndpoint'] as object)).toEqual(['url', 'headers']);
    await core.native.publish({ type: 'policy.core', data: 1 });
    expect((await arrived('core')).headers).not.toHaveProperty('socotra-signature');
  });

  it('3.5.4 takes any text for a locator: one that is none is not found', async () => {
    for (const locator of ['short', UNKNOWN, 'a b']) {
      expect((await core.send('GET', `/webhooks/${encodeURIComponent(locator)}`)).status).toBe(404);
    }
  });

  it('3.5.5 creates with 200, not suspended, and the default failure handling (as 3.4.1)', async () => {
    const { failureHandling: _, ...body } = webhook();
    expect(await core.create(body)).toEqual({
      ...body,
      locator: expect.stringMatching(ULID) as string,
      failureHandling: DEFAULTS,
      suspended: false,
      suspendedAt: null,
    });
  });

  it('3.5.6 tells a malformed tenant (400) from another one (404) (as 3.4.4)', async () => {
    const send = caller(stage.gateway.url, core.native.key);
    expect((await send('GET', '/event/none/webhooks/list')).status).toBe(400);
    expect((await send('GET', `/event/${tenant.locator}/webhooks/list`)).status).toBe(404);
  });

  it('3.5.7 asks for read to fetch and for read and list to list (as 3.4.5)', async () => {
    const { locator } = await core.create(webhook());
    const reader = await core.withPermissions('subscriptions:read');
    expect((await reader('GET', `/webhooks/${locator}`)).status).toBe(200);
    expect((await reader('GET', '/webhooks/list')).status).toBe(403);
    expect((await reader('POST', '/webhooks', webhook())).status).toBe(403);
  });

  it('3.5.8 removes before it adds (as 3.4.7 and 3.4.8)', async () => {
    const { locator } = await core.create({ ...webhook(), endpoint: { ...webhook().endpoint, headers: { 'X-A': ['0'] } } });
    const { eventTypes, endpoint } = await core.patch(locator, {
      addEventTypes: ['a'],
      removeEventTypes: ['a', 'policy.core'],
      endpoint: { removeHeaders: ['x-a'], addHeaders: { 'X-A': ['1', '2'] } },
    });
    expect([eventTypes, endpoint.headers]).toEqual([['a'], { 'X-A': ['1', '2'] }]);
  });

  it('3.5.9 suspends after the last attempt, and unsuspend answers 204 (as 3.4.11)', async () => {
    stage.receiver.on('/core-suspends', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const { locator } = await core.create({
      ...webhook(),
      endpoint: { url: `${stage.receiver.url}/core-suspends`, headers: {} },
      eventTypes: ['core.suspends'],
      failureHandling: { suspend: true },
    });
    await core.native.publish({ type: 'core.suspends', data: 1 });
    await eventually(async () => expect(await core.fetch(locator)).toMatchObject({ suspended: true }));
    expect((await core.send('PATCH', `/webhooks/${locator}/unsuspend`)).status).toBe(204);
    expect(await core.fetch(locator)).toMatchObject({ suspended: false, suspendedAt: null });
  });

  it('3.5.10 deletes with 204, then 404 (as 3.4.16)', async () => {
    const { locator } = await core.create(webhook());
    expect((await core.send('DELETE', `/webhooks/${locator}`)).status).toBe(204);
    expect((await core.send('GET', `/webhooks/${locator}`)).status).toBe(404);
  });
});
