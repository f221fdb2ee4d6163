import { operator } from '../support/api.js';
import type { ReceivedRequest } from '../support/receiver.js';
import { type Hook, HOOKS, isSignedWith, type Numbered, type Omnitron, startOmnitron } from './omnitron-stage.js';

interface Callback {
  event_type: string;
  uuid: string;
  instance: { pk: number | string; model: string } | null;
  payload: unknown;
  response: { status_code: number; content: string };
  delivered: boolean;
  retry_count: number;
}

const read = ({ body }: ReceivedRequest): Callback => JSON.parse(body.toString()) as Callback;

describe('Omnitron: callbacks, credentials and the order of hooks', () => {
  let omnitron: Omnitron;
  const told = (path: string, count: number): Promise<Callback[]> =>
    omnitron.receiver.waitFor(() => omnitron.receiver.to(path).length >= count).then(() => omnitron.receiver.to(path).map(read));

  beforeAll(async () => {
    omnitron = await startOmnitron();
  });

  it('3.2.13 a callback is told of each attempt: response, event_type, instance, payload; signed with the hook’s key', async () => {
    const { receiver } = omnitron;
    const countdown = { choice: 'fixed', kwargs: { seconds: 0 } };
    receiver.on('/package.called', [
      { kind: 'answer', status: 500, body: 'not yet' },
      { kind: 'answer', body: 'thanks' },
    ]);
    const callback = `${receiver.url}/called`;
    const hook = await omnitron.hook({ event_type: 'package.called', callback, secret_key: 's3cret', retry_countdown_config: countdown });
    expect(hook).toMatchObject({ callback });
    await omnitron.happen('package.called', 7, { weight: 3 });
    const calls = (await told('/called', 2)).sort((a, b) => a.retry_count - b.retry_count);
    const [event] = await omnitron.events({ webhook: String(hook.id) });
    const common = { event_type: 'package.called', uuid: event!.uuid.replaceAll('-', ''), instance: { pk: 7, model: 'package' } };
    expect(calls).toEqual([
      { ...common, payload: { weight: 3 }, response: { status_code: 500, content: 'not yet' }, delivered: false, retry_count: 1 },
      { ...common, payload: { weight: 3 }, response: { status_code: 200, content: 'thanks' }, delivered: true, retry_count: 2 },
    ]);
    for (const request of receiver.to('/called')) {
      expect(request.headers['x-whisperer-event']).toBe('package.called');
      expect(isSignedWith('s3cret', request)).toBe(true);
    }
  });

  it('3.2.16 an error without an answer is told of as a 500, with its text', async () => {
    const { receiver } = omnitron;
    // Until the first one is told of: over a connection that was kept open a reset alone does not end an attempt.
    receiver.on('/package.reset', () => (receiver.to('/reset-told').length === 0 ? { kind: 'reset' } : { kind: 'answer' }));
    await omnitron.hook({ event_type: 'package.reset', callback: `${receiver.url}/reset-told` });
    await omnitron.happen('package.reset', 1);
    const [first] = await told('/reset-told', 1);
    expect(first).toMatchObject({
      response: { status_code: 500, content: expect.stringContaining('closed the connection') as string },
      delivered: false,
    });
  });

  it('a callback may be a name that the tenant registered, and means what is registered today', async () => {
    const { receiver, gateway, tenant, oms } = omnitron;
    const register = async (callbacks: Record<string, string>): Promise<void> => {
      const { status } = await operator(gateway.url).send('PATCH', `/v1/tenants/${tenant.id}`, { body: { settings: { callbacks } } });
      expect(status).toBe(200);
    };
    await register({ 'oms.callbacks.log': `${receiver.url}/old-log` });
    const hook = await omnitron.hook({ event_type: 'package.named', callback: 'oms.callbacks.log' });
    expect(hook).toMatchObject({ callback: 'oms.callbacks.log' });
    await register({ 'oms.callbacks.log': `${receiver.url}/log` });
    await omnitron.happen('package.named', 1);
    expect(await told('/log', 1)).toMatchObject([{ event_type: 'package.named', delivered: true }]);
    expect(receiver.to('/old-log')).toEqual([]);
    expect((await oms<Hook>('PATCH', `${HOOKS}${hook.id}/`, { body: { callback: null } })).body).toMatchObject({ callback: null });
  });

  it('3.2.19 config.auth of the type token signs in first, and its password is never shown and kept when its mask comes back', async () => {
    const { oms, receiver, database } = omnitron;
    receiver.on('/login', { kind: 'answer', body: '{"data":1,"token":"t0k3n"}' });
    const auth = {
      ...{ auth_type: 'token', url: `${receiver.url}/login`, username: 'erp', password: 'p4ss' },
      ...{ username_field: 'email', token_key: 'token', header_format: 'JWT {}' },
    };
    const hook = await omnitron.hook({ event_type: 'package.login', config: { channel: 3, auth } });
    const masked = { ...auth, password: '********', password_field: 'password' };
    expect(hook.config).toEqual({ channel: 3, auth: masked });
    const put = await oms<Hook>('PUT', `${HOOKS}${hook.id}/`, { body: { ...hook, config: { auth: masked } } });
    expect(put).toMatchObject({ status: 200, body: { config: { auth: masked } } });
    await omnitron.happen('package.login', 1);
    await omnitron.tried(hook);
    expect(receiver.to('/login').map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([{ email: 'erp', password: 'p4ss' }]);
    expect(receiver.to('/package.login')[0]!.headers.authorization).toBe('JWT t0k3n');
    // The stored password is for the stored login alone.
    const moved = await oms('PATCH', `${HOOKS}${hook.id}/`, { body: { config: { auth: { ...masked, url: `${receiver.url}/stolen` } } } });
    expect(moved).toMatchObject({ status: 400, body: { config: { auth: { password: ['Give the password of this user name.'] } } } });
    const [row] = await database.query<{ text: string }>(`SELECT s::text AS text FROM subscriptions s WHERE number = $1`, [hook.id]);
    expect(row!.text).not.toContain('p4ss');
  });

  it('basic credentials that were stored as a header go on, are shown as before, and give way to new ones', async () => {
    const { oms, database, tenant, receiver } = omnitron;
    const hook = await omnitron.hook({ event_type: 'package.older' });
    const { body: page } = await tenant.send<{ items: { id: string; number: number }[] }>('GET', '/v1/subscriptions?limit=200');
    const id = page.items.find(({ number }) => number === hook.id)!.id;
    const basic = (password: string) => `Basic ${Buffer.from(`erp:${password}`).toString('base64')}`;
    const headers = { Authorization: { value: basic('old'), secret: true } };
    expect((await tenant.send('PATCH', `/v1/subscriptions/${id}`, { body: { headers } })).status).toBe(200);
    await database.query(`UPDATE subscriptions SET dialect_fields = dialect_fields || '{"auth":{"username":"erp"}}' WHERE number = $1`, [
      hook.id,
    ]);
    const shown = { auth: { auth_type: 'basic', username: 'erp', password: '********' } };
    expect((await oms<Hook>('PATCH', `${HOOKS}${hook.id}/`, { body: { config: shown } })).body.config).toEqual(shown);
    await omnitron.happen('package.older', 1);
    await omnitron.tried(hook);
    const changed = { auth: { auth_type: 'basic', username: 'erp', password: 'new' } };
    expect((await oms<Hook>('PATCH', `${HOOKS}${hook.id}/`, { body: { config: changed } })).body.config).toEqual(shown);
    await omnitron.happen('package.older', 2);
    await omnitron.tried(hook, 2);
    expect(receiver.to('/package.older').map((request) => request.headers.authorization)).toEqual([basic('old'), basic('new')]);
  });

  it('credentials that only the native API can say are not shown, and stay until a hook is given others', async () => {
    const { oms, tenant } = omnitron;
    const hook = await omnitron.hook({ event_type: 'package.bearer' });
    const { body: page } = await tenant.send<{ items: { id: string; number: number }[] }>('GET', '/v1/subscriptions?limit=200');
    const id = page.items.find(({ number }) => number === hook.id)!.id;
    const auth = async () => (await tenant.send<{ auth: unknown }>('GET', `/v1/subscriptions/${id}`)).body.auth;
    expect((await tenant.send('PATCH', `/v1/subscriptions/${id}`, { body: { auth: { kind: 'bearer', token: 't' } } })).status).toBe(200);
    const { body: changed } = await oms<Hook>('PATCH', `${HOOKS}${hook.id}/`, { body: { config: { channel: 5 } } });
    expect([changed.config, await auth()]).toEqual([{ channel: 5 }, { kind: 'bearer' }]);
    const basic = { auth_type: 'basic', username: 'erp', password: 'p' };
    expect((await oms('PATCH', `${HOOKS}${hook.id}/`, { body: { config: { auth: basic } } })).status).toBe(200);
    expect(await auth()).toEqual({ kind: 'basic', username: 'erp' });
    expect((await oms('PATCH', `${HOOKS}${hook.id}/`, { body: { config: {} } })).status).toBe(200);
    expect(await auth()).toBeNull();
  });

  it('lists hooks in the order that is asked for', async () => {
    const owner = await omnitron.user();
    for (const event_type of ['order.b', 'order.c', 'order.a']) await omnitron.hook({ event_type }, owner);
    await owner('PATCH', `${HOOKS}${(await owner<Numbered<Hook>>('GET', `${HOOKS}?event_type=order.b`)).body.results[0]!.id}/`, {
      body: { is_active: false },
    });
    const types = async (ordering: string): Promise<string[]> =>
      (await owner<Numbered<Hook>>('GET', `${HOOKS}?ordering=${ordering}`)).body.results.map(({ event_type }) => event_type.slice(-1));
    expect(await types('event_type')).toEqual(['a', 'b', 'c']);
    expect(await types('-target_url')).toEqual(['c', 'b', 'a']);
    expect(await types('id')).toEqual(['b', 'c', 'a']);
    expect(await types('is_active,-event_type')).toEqual(['b', 'c', 'a']);
    expect(await types('-modified_date')).toEqual(['b', 'a', 'c']);
    for (const field of ['created_date', 'callback']) expect((await types(field)).sort()).toEqual(['a', 'b', 'c']);
    for (const field of ['secret_key', 'config', '', 'id;DROP TABLE subscriptions']) {
      const { status, body } = await owner<object>('GET', `${HOOKS}?ordering=${encodeURIComponent(field)}`);
      expect({ status, fields: Object.keys(body) }).toEqual({ status: 400, fields: ['ordering'] });
    }
  });
});
