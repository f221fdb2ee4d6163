import { readSubscription, startStage, type Stage } from '../e2e/stage.js';
import { caller, operator } from '../support/api.js';
import {
  DEFAULTS,
  refusalOf,
  type SocotraError,
  type SocotraTenant,
  socotraTenant,
  ULID,
  UNKNOWN,
  type Webhook,
  webhookFor,
} from './socotra-stage.js';

let stage: Stage;
let tenant: SocotraTenant;

beforeAll(async () => {
  stage = await startStage();
  tenant = await socotraTenant(stage, 'insurer');
});

const wanting = (...[name, more]: [string, Parameters<typeof webhookFor>[2]?]) => webhookFor(stage, name, more);
const refusal = (...[method, path, body]: [string, string, unknown?]) => refusalOf(tenant, method, path, body);
const publish = (name: string, data: unknown = { n: 1 }) => tenant.native.publish({ type: `policy.${name}`, data });
const arrived = (name: string) => stage.receiver.waitFor(({ path }) => path === `/${name}`);

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
    expect(await list('?offset=100000')).toEqual({ listCompleted: true, locators: [] });
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
