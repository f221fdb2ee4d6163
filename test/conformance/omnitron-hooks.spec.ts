import { expectWaits, type Hook, HOOK_EVENTS, HOOKS, type Numbered, type Omnitron, startOmnitron, waitsOf } from './omnitron-stage.js';

/** The hook of the document's sample. */
const SAMPLE = {
  id: 1,
  retry_countdown_config: { choice: 'exponential', kwargs: { base: 2 } },
  created_date: '2024-02-19T08:12:18.591206Z',
  modified_date: '2024-02-19T08:12:18.591211Z',
  target_url: 'http://www.zjdaxliadjwylwuqwicp.com/',
  is_active: true,
  secret_key: 'esGmJGCSbxJUsYqsPFEeMiSpPqcqABPIGxFLNPDuFmKKQEVyecoHRTUAWyaphTep',
  event_type: 'package.created',
  callback: null,
  additional_headers: {},
  config: {},
};

const doubling = (count: number): number[] => Array.from({ length: count }, (_, n) => 2 ** n);

describe('Omnitron: hooks', () => {
  let omnitron: Omnitron;
  const failing = (type: string, countdown?: unknown): Promise<Hook> => {
    omnitron.receiver.on(`/${type}`, { kind: 'answer', status: 500, body: 'broken' });
    return omnitron.hook({ event_type: type, ...(countdown === undefined ? {} : { retry_countdown_config: countdown }) });
  };

  beforeAll(async () => {
    omnitron = await startOmnitron();
  });

  it('3.2.1 registers the document’s hook and shows it as it was sent', async () => {
    const { status, body } = await omnitron.oms<Hook>('POST', HOOKS, { body: SAMPLE });
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        ...SAMPLE,
        id: expect.any(Number) as number,
        created_date: expect.any(String) as string,
        modified_date: expect.any(String) as string,
      },
    });
    expect(await omnitron.oms('GET', `${HOOKS}${body.id}/`)).toMatchObject({ status: 200, body });
    expect((await omnitron.oms('DELETE', `${HOOKS}${body.id}/`)).status).toBe(204);
  });

  it('3.2.13 a 500 is kept and tried again after 1, 2, 4 … seconds, 19 attempts in all', async () => {
    const hook = await failing('package.exponential');
    await omnitron.happen('package.exponential', 1);
    const [event] = await omnitron.tried(hook);
    expect(event).toMatchObject({ delivered: false, response_http_status: 500, response_content: 'broken', retry_count: 1 });
    expectWaits(await waitsOf(omnitron, hook), doubling(18));
    expect(omnitron.receiver.to('/package.exponential')).toHaveLength(19);
    const [last] = await omnitron.tried(hook);
    expect(last!.request_datetimes).toEqual([...last!.request_datetimes].sort().reverse());
    expect(last).toMatchObject({ retry_count: 19, delivered: false });
  });

  it('3.2.14 linear: 0, 60, 120 … up to its limit', async () => {
    const hook = await failing('package.linear', { choice: 'linear', kwargs: { base: 60, limit: 600 } });
    await omnitron.happen('package.linear', 1);
    const growing = Array.from({ length: 18 }, (_, n) => Math.min(60 * n, 600));
    expectWaits(await waitsOf(omnitron, hook, 1), growing);
  });

  it('3.2.14 fixed waits the same each time, random between its bounds', async () => {
    const fixed = await failing('package.fixed', { choice: 'fixed', kwargs: { seconds: 30 } });
    const random = await failing('package.random', { choice: 'random', kwargs: { min_value: 100, max_value: 200 } });
    await omnitron.happen('package.fixed', 1);
    await omnitron.happen('package.random', 1);
    const waits = await Promise.all([waitsOf(omnitron, fixed), waitsOf(omnitron, random)]);
    expectWaits(
      waits[0],
      Array.from({ length: 18 }, () => 30),
    );
    expect(waits[1]).toHaveLength(18);
    expect(waits[1].filter((wait) => wait < 100 || wait > 201)).toEqual([]);
    expect(new Set(waits[1].map(Math.round)).size).toBeGreaterThan(1);
  });

  it.each([
    [{ choice: 'cubic', kwargs: {} }, { choice: ['"cubic" is not a valid choice.'] }],
    [{ choice: 'custom', kwargs: {} }, { choice: ['"custom" is not a valid choice.'] }],
    [{ kwargs: { base: 2 } }, { choice: ['This field is required.'] }],
    [{ choice: 'exponential' }, { kwargs: ['This field is required.'] }],
    [{ choice: 'exponential', kwargs: {} }, { kwargs: { base: ['This field is required.'] } }],
    [{ choice: 'exponential', kwargs: { base: -1 } }, { kwargs: { base: ['Ensure this value is greater than or equal to 0.'] } }],
    [{ choice: 'fixed', kwargs: { seconds: 1.5 } }, { kwargs: { seconds: ['A valid integer is required.'] } }],
    [{ choice: 'linear', kwargs: { base: 1, limit: 'x' } }, { kwargs: { limit: ['A valid integer is required.'] } }],
    [{ choice: 'random', kwargs: { min_value: 5, max_value: 5 } }, { kwargs: ["'max_value' must be greater than 'min_value'."] }],
  ])('3.2.15 refuses the countdown %j', async (retry_countdown_config, told) => {
    const body = { target_url: `${omnitron.receiver.url}/refused`, event_type: 'package.refused', retry_countdown_config };
    expect(await omnitron.oms('POST', HOOKS, { body })).toMatchObject({ status: 400, body: { retry_countdown_config: told } });
  });

  it('3.2.15 drops arguments that the choice does not take; a limit may be null', async () => {
    const kwargs = { base: 3, limit: null, seconds: 9 };
    const { retry_countdown_config } = await omnitron.hook({
      event_type: 'package.dropped',
      retry_countdown_config: { choice: 'linear', kwargs },
    });
    expect(retry_countdown_config).toEqual({ choice: 'linear', kwargs: { base: 3, limit: null } });
  });

  it('3.2.16 a refused connection counts as 500, with the error’s text; the filter by status finds it', async () => {
    const hook = await omnitron.hook({ event_type: 'package.nobody', target_url: 'http://127.0.0.1:9998/' });
    await omnitron.happen('package.nobody', 1);
    const [event] = await omnitron.tried(hook);
    expect(event).toMatchObject({ delivered: false, response_http_status: 500, retry_count: 1 });
    expect(event!.response_content).toBe('The endpoint refused the connection.');
    expect(await omnitron.events({ webhook: String(hook.id), response_http_status: '500' })).toHaveLength(1);
  });

  it('3.2.17 a 204 is delivered; a 302 is not', async () => {
    const { receiver } = omnitron;
    receiver.on('/package.empty', { kind: 'answer', status: 204 });
    receiver.on('/package.moved', { kind: 'redirect', location: `${receiver.url}/elsewhere` });
    const hooks = await Promise.all(['package.empty', 'package.moved'].map((event_type) => omnitron.hook({ event_type })));
    for (const { event_type } of hooks) await omnitron.happen(event_type, 1);
    const [empty, moved] = await Promise.all(hooks.map((hook) => omnitron.tried(hook)));
    expect(empty).toMatchObject([{ delivered: true, response_http_status: 204 }]);
    expect(moved).toMatchObject([{ delivered: false, response_http_status: 302 }]);
    expect(receiver.to('/elsewhere')).toEqual([]);
  });

  it('3.2.19 hooks of others are absent, but for a superuser, who does not see their secrets', async () => {
    const [owner, stranger] = [await omnitron.user(), await omnitron.user()];
    const hook = await omnitron.hook({ event_type: 'package.private', secret_key: 's3cret' }, owner);
    expect(hook.secret_key).toBe('s3cret');
    const path = `${HOOKS}${hook.id}/`;
    for (const [method, body] of [['GET'], ['PATCH', { is_active: false }], ['DELETE']] as const) {
      expect(await stranger(method, path, { body })).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
    }
    expect((await stranger<Numbered<Hook>>('GET', HOOKS)).body).toMatchObject({ count: 0, results: [] });
    expect((await owner<Numbered<Hook>>('GET', HOOKS)).body).toMatchObject({ count: 1, results: [{ id: hook.id, secret_key: 's3cret' }] });
    const shown = await omnitron.oms<Hook>('GET', path);
    expect(shown).toMatchObject({ status: 200, body: { id: hook.id, secret_key: null } });
    // A superuser who sends back what it was shown changes neither the secret nor the owner.
    expect((await omnitron.oms('PUT', path, { body: { ...shown.body, is_active: true } })).status).toBe(200);
    expect((await owner<Hook>('GET', path)).body).toMatchObject({ secret_key: 's3cret' });
    const reader = await omnitron.user(['subscriptions:read']);
    expect((await reader('POST', HOOKS, { body: SAMPLE })).status).toBe(403);
  });

  it('3.2.20 DELETE switches a hook off and keeps its history; the same hook cannot be registered again', async () => {
    const hook = await omnitron.hook({ event_type: 'package.deleted' });
    await omnitron.happen('package.deleted', 1);
    await omnitron.tried(hook);
    expect((await omnitron.oms('DELETE', `${HOOKS}${hook.id}/`)).status).toBe(204);
    expect(await omnitron.oms('GET', `${HOOKS}${hook.id}/`)).toMatchObject({ status: 200, body: { is_active: false } });
    expect(await omnitron.events({ webhook: String(hook.id) })).toMatchObject([
      { webhook: { id: hook.id, is_active: false }, delivered: true },
    ]);
    const again = { target_url: hook.target_url, event_type: 'PACKAGE.deleted' };
    const told = { code: 'webhook_100_2', en: 'Webhook already registered' };
    expect(await omnitron.oms('POST', HOOKS, { body: again })).toMatchObject({ status: 406, body: told });
    const other = await omnitron.hook({ event_type: 'package.deleted', target_url: `${hook.target_url}/other` });
    const moved = await omnitron.oms('PATCH', `${HOOKS}${other.id}/`, { body: { target_url: hook.target_url } });
    expect(moved).toMatchObject({ status: 406, body: told });
    // Another user may.
    await omnitron.hook({ event_type: 'package.deleted', target_url: hook.target_url }, await omnitron.user());
  });

  it('3.2.20 of many registrations at once one is made', async () => {
    const body = { target_url: `${omnitron.receiver.url}/once`, event_type: 'package.once' };
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await omnitron.oms('POST', HOOKS, { body })).status));
    expect(statuses.sort()).toEqual([201, ...Array.from({ length: 7 }, () => 406)]);
  });

  it('sends additional headers and basic auth; the password is never shown, and kept when its mask comes back', async () => {
    const { oms, receiver } = omnitron;
    const config = { channel: 3, auth: { auth_type: 'basic', username: 'erp', password: 'p:ss' } };
    const additional_headers = { 'X-Channel': '3', 'Content-Type': 'application/vnd.oms+json' };
    const hook = await omnitron.hook({ event_type: 'package.auth', additional_headers, config });
    const masked = { channel: 3, auth: { auth_type: 'basic', username: 'erp', password: '********' } };
    expect(hook).toMatchObject({ additional_headers, config: masked });
    const put = await oms<Hook>('PUT', `${HOOKS}${hook.id}/`, { body: { ...hook, config: { ...masked, channel: 4 } } });
    expect(put).toMatchObject({ status: 200, body: { config: { ...masked, channel: 4 } } });
    await omnitron.happen('package.auth', 1);
    await omnitron.tried(hook);
    const [sent] = receiver.to('/package.auth');
    expect(sent!.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('erp:p:ss').toString('base64')}`,
      'x-channel': '3',
      'content-type': 'application/vnd.oms+json',
    });
    expect(sent!.headers['x-whisperer-signature']).toBeUndefined();
    const other = await oms('PATCH', `${HOOKS}${hook.id}/`, { body: { config: { auth: { ...masked.auth, username: 'crm' } } } });
    expect(other).toMatchObject({ status: 400, body: { config: { auth: { password: ['Give the password of this user name.'] } } } });
    const { body: open } = await oms<Hook>('PATCH', `${HOOKS}${hook.id}/`, { body: { config: {}, secret_key: 'k' } });
    expect(open).toMatchObject({ config: {}, secret_key: 'k' });
    const { body: unsigned } = await oms<Hook>('PATCH', `${HOOKS}${hook.id}/`, { body: { secret_key: null } });
    expect(unsigned).toMatchObject({ secret_key: null });
  });

  it.each([
    [{ target_url: null }, { target_url: ['This field may not be null.'] }],
    [{ event_type: '' }, { event_type: ['This field may not be blank.'] }],
    [{ event_type: 'package.*' }, { event_type: ['"package.*" is not a valid choice.'] }],
    [{ target_url: `https://erp.example.com/${'a'.repeat(240)}` }, { target_url: ['Ensure this field has no more than 255 characters.'] }],
    [{ secret_key: 'k'.repeat(125) }, { secret_key: ['Ensure this field has no more than 124 characters.'] }],
    [{ is_active: 'yes' }, { is_active: ['Must be a valid boolean.'] }],
    [{ additional_headers: [] }, { additional_headers: ['Expected a dictionary of items.'] }],
    [{ callback: 'oms.callbacks.unheard' }, { callback: ['The tenant has registered no callback of this name.'] }],
    [{ callback: 'import os; os.system("x")' }, { callback: ['Enter a URL or the name of a registered callback.'] }],
    [{ callback: 'http://10.0.0.1/done' }, { callback: ['This address is not one that may be called.'] }],
    [{ callback: 7 }, { callback: ['Not a valid string.'] }],
    [{ config: { auth: { auth_type: 'digest' } } }, { config: { auth: { auth_type: ['"digest" is not a valid choice.'] } } }],
    [
      { config: { auth: { auth_type: 'token', username: 'u', password: 'p', realm: 'x' } } },
      { config: { auth: { url: ['This field is required.'], realm: ['Unknown field.'] } } },
    ],
    [
      { config: { auth: { auth_type: 'token', url: 'http://169.254.169.254/', username: 'u', password: 'p' } } },
      { config: ['This address is not one that may be called.'] },
    ],
    [
      { config: { auth: { auth_type: 'basic', username: 'u', password: 'p' } }, additional_headers: { authorization: 'x' } },
      { additional_headers: ['The credentials make the Authorization header: give one of the two.'] },
    ],
    [{ colour: 'red' }, { colour: ['Unknown field.'] }],
  ])('refuses a hook with %j', async (fields, told) => {
    const body = { target_url: 'https://erp.example.com/hooks', event_type: 'package.invalid', ...fields };
    expect(await omnitron.oms('POST', HOOKS, { body })).toMatchObject({ status: 400, body: told });
  });

  it('refuses a hook without its url and type, and a PUT without them; a PATCH may leave them out', async () => {
    const required = ['This field is required.'];
    const hook = await omnitron.hook({ event_type: 'package.partial' });
    const told = { status: 400, body: { target_url: required, event_type: required } };
    expect(await omnitron.oms('POST', HOOKS, { body: {} })).toMatchObject(told);
    expect(await omnitron.oms('PUT', `${HOOKS}${hook.id}/`, { body: {} })).toMatchObject(told);
    expect(await omnitron.oms('PATCH', `${HOOKS}${hook.id}/`, { body: {} })).toMatchObject({ status: 200 });
  });

  it.each([
    [{ target_url: 'http://10.0.0.1/' }, 'target_url'],
    [{ target_url: 'erp' }, 'target_url'],
    [{ additional_headers: { 'X-Whisperer-Event': 'x' } }, 'additional_headers'],
  ])('tells a fault that the core finds by the hook’s own field: %j', async (fields, field) => {
    const body = { target_url: 'https://erp.example.com/hooks', event_type: 'package.invalid', ...fields };
    const { status, body: told } = await omnitron.oms<object>('POST', HOOKS, { body });
    expect({ status, fields: Object.keys(told) }).toEqual({ status: 400, fields: [field] });
  });

  it('filters hooks, and lists the registered event types', async () => {
    const { oms, tenant } = omnitron;
    const hook = await omnitron.hook({ event_type: 'package.listed', target_url: `${omnitron.receiver.url}/Listed` });
    const query = new URLSearchParams({ target_url: hook.target_url.toLowerCase(), event_type: 'PACKAGE.LISTED', is_active: 'true' });
    expect((await oms<Numbered<Hook>>('GET', `${HOOKS}?${query}`)).body).toMatchObject({ count: 1, results: [{ id: hook.id }] });
    query.set('is_active', 'false');
    expect((await oms<Numbered<Hook>>('GET', `${HOOKS}?${query}`)).body).toMatchObject({ count: 0 });
    const { body: app } = await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'OMS' } });
    const types = { eventTypes: [{ name: 'created', eventType: 'package.created' }, { name: 'stock_location.created' }] };
    expect((await tenant.send('POST', `/v1/apps/${app.id}/topics/oms/event-types`, { body: types })).status).toBe(201);
    expect((await oms('GET', `${HOOKS}registry/`)).body).toEqual(['package.created', 'stock_location.created']);
  });

  it('a tenant that takes registered types only takes hooks for those only', async () => {
    await omnitron.strict(true);
    const body = { target_url: 'https://erp.example.com/hooks', event_type: 'package.unheard' };
    const refused = await omnitron.oms('POST', HOOKS, { body });
    await omnitron.strict(false);
    expect(refused).toMatchObject({ status: 400, body: { event_type: ['"package.unheard" is not a valid choice.'] } });
  });

  it('keeps what the native API added to a hook, and shows a policy it has no words for as custom', async () => {
    const { oms, tenant } = omnitron;
    const hook = await omnitron.hook({ event_type: 'package.native' });
    const { body: page } = await tenant.send<{ items: { id: string; number: number }[] }>('GET', '/v1/subscriptions?limit=200');
    const id = page.items.find(({ number }) => number === hook.id)!.id;
    const changes = {
      templates: { package: { id: '{/resource/id}' } },
      failureHandling: { retry: { kind: 'schedule', delaysSeconds: [0, 5], maxAttempts: 2 } },
    };
    await tenant.send('PATCH', `/v1/subscriptions/${id}`, { body: changes, headers: { 'if-match': '*' } });
    const { body: shown } = await oms<Hook>('GET', `${HOOKS}${hook.id}/`);
    expect(shown.retry_countdown_config).toEqual({ choice: 'custom', kwargs: {} });
    const target_url = `${hook.target_url}/new`;
    expect((await oms('PUT', `${HOOKS}${hook.id}/`, { body: { ...shown, target_url } })).status).toBe(200);
    const { body: native } = await tenant.send<object>('GET', `/v1/subscriptions/${id}`);
    expect(native).toMatchObject({ ...changes, url: target_url, format: 'whisperer', signature: { style: 'whisperer' } });
    await omnitron.happen('package.native', 5);
    expect(await omnitron.tried(hook)).toMatchObject([{ request_payload: { id: '5' } }]);
    expect((await oms('GET', HOOK_EVENTS)).status).toBe(200);
  });
});
