import { AUDIT_ACTIONS } from '../../libs/domain/src/audit.js';
import { AuditStore } from '../../libs/store/src/audit.store.js';
import type { Delivery } from '../support/api-shapes.js';
import { type Answer, caller, operator, type Operator, type RequestOptions, type TenantApi } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { walk } from '../support/pages.js';
import { startGateway } from '../support/processes.js';
import { lastHour } from '../support/replays.js';
import { insertDelivery } from '../support/rows.js';
import { connectStore } from '../support/store.js';

interface Entry {
  id: string;
  at: string;
  tenantId: string | null;
  actor: { keyId: string | null; name: string };
  action: string;
  object: string;
  changed: string[];
  ip: string | null;
  requestId: string | null;
}
interface Entries {
  items: Entry[];
  nextCursor: string | null;
}

const FORWARDED = { 'x-forwarded-for': '203.0.113.9' };

describe('the audit log', () => {
  let db: TestDatabase;
  let url: string;
  let operators: Operator;
  let tenant: TenantApi;

  beforeAll(async () => {
    db = await createTestDatabase();
    ({ url } = await startGateway({ DATABASE_URL: db.url }));
    operators = operator(url);
    tenant = await operators.tenant('audited');
  });

  const entries = async (query = '', send = tenant.send): Promise<Entry[]> =>
    (await send<Entries>('GET', `/v1/audit?limit=200${query}`)).body.items;
  /** What one request has added, oldest first. */
  const added = async <T>(
    method: string,
    path: string,
    options: RequestOptions = {},
    send = tenant.send,
  ): Promise<Answer<T> & { told: string[][]; now: Entry[] }> => {
    const before = new Set((await entries('', operators.send)).map(({ id }) => id));
    const answer: Answer<T> = await send<T>(method, path, options);
    const now = (await entries('', operators.send)).filter(({ id }) => !before.has(id)).reverse();
    return { ...answer, told: now.map(({ action, object, changed }) => [action, object, ...changed]), now };
  };
  const sound = { name: 'n', url: 'https://example.com/hook?token=url-canary' };
  const subscribe = async (over: object = {}) =>
    (await tenant.send<{ id: string; uuid: string }>('POST', '/v1/subscriptions', { body: { ...sound, ...over } })).body;

  it('tells who did what to what, from where and by which request', async () => {
    const { status, now, body } = await added<{ id: string; secret: string }>('POST', '/v1/subscriptions', {
      body: { ...sound, headers: { 'X-Key': { value: 'header-canary', secret: true } } },
      headers: { 'x-request-id': 'the-request', ...FORWARDED },
    });
    const { items } = (await tenant.send<{ items: { id: string }[] }>('GET', '/v1/keys')).body;
    expect(status).toBe(201);
    expect(now).toEqual([
      {
        id: expect.stringMatching(/^aud_/),
        at: expect.any(String),
        tenantId: tenant.id,
        actor: { keyId: items[0]!.id, name: 'test' },
        action: 'subscription.created',
        object: body.id,
        changed: [],
        // Nobody vouches for the neighbour who says that it speaks for another address.
        ip: '127.0.0.1',
        requestId: 'the-request',
      },
    ]);
    expect((await tenant.send<Entry>('GET', `/v1/audit/${now[0]!.id}`)).body).toEqual(now[0]);
  });

  it('names the members of a subscription that were changed, never their values, and says by itself that certificates are not verified', async () => {
    const { id } = await subscribe();
    const path = `/v1/subscriptions/${id}`;
    const patched = await added('PATCH', path, {
      body: { url: 'https://example.org/?token=other-canary', tls: { verify: false }, enabled: false },
    });
    expect([patched.status, patched.told]).toEqual([
      200,
      [
        ['subscription.changed', id, 'tls.verify', 'url', 'enabled'],
        ['subscription.disabled', id],
        ['subscription.tls_verification_off', id],
      ],
    ]);
    const header = await added('PATCH', path, { body: { addHeaders: { 'X-Key': { value: 'header-canary', secret: true } } } });
    expect(header.told).toEqual([['subscription.changed', id, 'headers', 'secretHeaders']]);
    const insecure = await added<{ id: string }>('POST', '/v1/subscriptions', { body: { ...sound, tls: { verify: false } } });
    expect(insecure.told.map(([action]) => action)).toEqual(['subscription.created', 'subscription.tls_verification_off']);
    const all = await db.query<{ text: string }>('SELECT e::text AS text FROM audit_entries e');
    expect(all.map(({ text }) => text).filter((text) => text.includes('canary'))).toEqual([]);
  });

  it('has the whole life of a subscription', async () => {
    const { id } = await subscribe();
    const path = `/v1/subscriptions/${id}`;
    const told = async (method: string, at: string, body?: unknown) => (await added(method, at, { body })).told;
    expect(await told('POST', `${path}/suspend`, { reason: 'r' })).toEqual([['subscription.suspended', id]]);
    // Nothing happened, so there is nothing to tell.
    expect(await told('POST', `${path}/suspend`, { reason: 'r' })).toEqual([]);
    expect(await told('POST', `${path}/unsuspend`)).toEqual([['subscription.unsuspended', id]]);
    expect(await told('POST', `${path}/secrets/rotate`, {})).toEqual([['secret.rotated', id]]);
    expect(await told('GET', `${path}/secrets`)).toEqual([['secret.listed', id]]);
    expect(await told('PATCH', path, { signature: { algorithm: 'ed25519' } })).toEqual([
      ['secret.rotated', id],
      ['subscription.changed', id, 'signature.algorithm'],
    ]);
    expect((await told('POST', `${path}/test`, {})).map(([action]) => action)).toEqual(['delivery.created']);
    expect((await told('POST', `${path}/duplicate`)).map(([action]) => action)).toEqual(['subscription.created']);
    expect(await told('DELETE', path)).toEqual([['subscription.deleted', id]]);
    expect(await told('DELETE', path)).toEqual([]);
  });

  it('has what is done to keys, tenants, apps and event types', async () => {
    const key = await added<{ id: string; key: string }>('POST', '/v1/keys', { body: { name: 'k', permissions: ['viewer'] } });
    expect(key.told).toEqual([['key.created', key.body.id]]);
    expect((await added('DELETE', `/v1/keys/${key.body.id}`)).told).toEqual([['key.revoked', key.body.id]]);
    const other = await added<{ id: string }>('POST', '/v1/tenants', { body: { name: 'n', slug: 'other' } }, operators.send);
    expect([other.told, other.now[0]!.actor.name]).toEqual([[['tenant.created', other.body.id]], 'bootstrap']);
    const settings = await added(
      'PATCH',
      `/v1/tenants/${other.body.id}`,
      { body: { settings: { strictEventTypes: true } } },
      operators.send,
    );
    expect(settings.told).toEqual([['tenant.changed', other.body.id, 'settings.strictEventTypes']]);
    const app = await added<{ id: string }>('POST', '/v1/apps', { body: { name: 'Users' } });
    const path = `/v1/apps/${app.body.id}`;
    const types = `${path}/topics/user/event-types`;
    const at = `${app.body.id}/user`;
    expect([
      app.told,
      (await added('PATCH', path, { body: { name: 'People' } })).told,
      (await added('POST', types, { body: { eventTypes: [{ name: 'A' }, { name: 'B' }] } })).told,
      (await added('POST', types, { body: { eventTypes: [{ name: 'C' }, { name: 'A' }] } })).told,
      (await added('PUT', `${types}/A`, { body: { description: 'd' } })).told,
      (await added('PATCH', `${types}/A`, { body: { description: 'e' } })).told,
      (await added('POST', `${types}/bulk-delete`, { body: { names: ['A', 'B'] } })).told,
      (await added('DELETE', path)).told,
    ]).toEqual([
      [['app.created', app.body.id]],
      [['app.changed', app.body.id, 'name']],
      [
        ['event_type.created', `${at}/A`],
        ['event_type.created', `${at}/B`],
      ],
      // All or none: what was not made was not noted either.
      [],
      [['event_type.replaced', `${at}/A`]],
      [['event_type.changed', `${at}/A`, 'description']],
      [
        ['event_type.deleted', `${at}/A`],
        ['event_type.deleted', `${at}/B`],
      ],
      [['app.deleted', app.body.id]],
    ]);
  });

  it('has what is done to deliveries', async () => {
    const { uuid } = await subscribe();
    const [{ id: tenantId }] = (await db.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'audited'`)) as [{ id: string }];
    const make = async (state: 'failed' | 'diverted') => {
      const delivery = await insertDelivery(db, { tenantId, subscriptionId: uuid }, { state });
      return (await tenant.send<Delivery>('GET', `/v1/deliveries/${delivery}`)).body.id;
    };
    const [resent, discarded, cancelled] = [await make('failed'), await make('diverted'), await make('failed')];
    expect((await added('POST', `/v1/deliveries/${resent}/resend`)).told).toEqual([['delivery.resent', resent]]);
    expect((await added('DELETE', `/v1/diverted/${discarded}`)).told).toEqual([['delivery.discarded', discarded]]);
    expect((await added('POST', `/v1/deliveries/${cancelled}/cancel`)).told).toEqual([['delivery.cancelled', cancelled]]);
    expect((await added('POST', `/v1/deliveries/${cancelled}/cancel`)).told).toEqual([]);
  });

  it('has what is done to replays', async () => {
    const made = await added<{ id: string }>('POST', '/v1/replays', { body: { mode: 'failed', ...lastHour() } });
    const { id } = made.body;
    const told = async (what: string) => (await added('POST', `/v1/replays/${id}/${what}`)).told;
    expect([made.told, await told('pause'), await told('pause'), await told('resume'), await told('cancel')]).toEqual([
      [['replay.created', id]],
      [['replay.paused', id]],
      [],
      [['replay.resumed', id]],
      [['replay.cancelled', id]],
    ]);
  });

  it('has what comes by the dialects, secrets that they show included', async () => {
    const headers = { authorization: `Token ${tenant.key}` };
    const hook = { target_url: 'https://example.com/', event_type: 'oms.order.created', secret_key: 'plain-canary' };
    const send = caller(url);
    const made = await added<{ id: number }>('POST', '/api/v1/oms/hooks', { body: hook, headers }, send);
    // Its answer to whoever makes one has the secret in it.
    expect([made.status, made.told.map(([action]) => action)]).toEqual([201, ['subscription.created', 'secret.read']]);
    const [[, id]] = made.told as [[string, string]];
    const read = await added<object>('GET', `/api/v1/oms/hooks/${made.body.id}`, { headers }, send);
    expect([JSON.stringify(read.body).includes('plain-canary'), read.told]).toEqual([true, [['secret.read', id]]]);
    // There a hook is never removed, only switched off.
    expect((await added('DELETE', `/api/v1/oms/hooks/${made.body.id}`, { headers }, send)).told).toEqual([
      ['subscription.changed', id, 'enabled'],
      ['subscription.disabled', id],
    ]);
  });

  it('is written with the change or not at all: where it cannot be, nothing is changed and no secret is shown', async () => {
    const { id } = await subscribe();
    await db.query(
      `ALTER TABLE audit_entries ADD CONSTRAINT refused CHECK (action <> 'subscription.suspended' AND action <> 'secret.listed') NOT VALID`,
    );
    try {
      expect((await tenant.send('POST', `/v1/subscriptions/${id}/suspend`, { body: {} })).status).toBe(500);
      expect((await tenant.send('GET', `/v1/subscriptions/${id}/secrets`)).status).toBe(500);
    } finally {
      await db.query('ALTER TABLE audit_entries DROP CONSTRAINT refused');
    }
    expect((await tenant.send<{ suspended: boolean }>('GET', `/v1/subscriptions/${id}`)).body.suspended).toBe(false);
  });

  it('is found by actor, action, object and time, in pages, and never another tenant’s', async () => {
    const other = await operators.tenant('stranger');
    const { id } = await subscribe();
    await tenant.send('POST', `/v1/subscriptions/${id}/suspend`, { body: {} });
    await tenant.send('POST', `/v1/subscriptions/${id}/unsuspend`);
    const ofIt = await entries(`&object=${id}`);
    expect(ofIt.map(({ action }) => action)).toEqual(['subscription.unsuspended', 'subscription.suspended', 'subscription.created']);
    const [newest, middle, oldest] = ofIt as [Entry, Entry, Entry];
    expect(await walk(tenant, `/v1/audit?object=${id}&limit=1`)).toEqual(ofIt.map((entry) => entry.id));
    expect((await entries(`&object=${id}&action=subscription.suspended`)).map((entry) => entry.id)).toEqual([middle.id]);
    expect(await entries(`&object=${id}&actor=${newest.actor.keyId}`)).toEqual(ofIt);
    const [stranger] = (await other.send<{ items: { id: string }[] }>('GET', '/v1/keys')).body.items;
    expect(await entries(`&object=${id}&actor=${stranger!.id}`)).toEqual([]);
    expect(await entries(`&object=${id}&to=${oldest.at}`)).toEqual([]);
    expect(await entries(`&object=${id}&from=${oldest.at}&to=2100-01-01T00:00:00Z`)).toEqual(ofIt);
    expect(await entries(`&object=${id}`, other.send)).toEqual([]);
    expect((await other.send('GET', `/v1/audit/${newest.id}`)).status).toBe(404);
    expect((await other.send<{ code: string }>('GET', `/v1/audit?tenantId=${tenant.id}`)).body.code).toBe('insufficient_scope');
    expect(await entries(`&object=${id}`, operators.send)).toEqual(ofIt);
    expect(await entries(`&object=${id}&tenantId=${other.id}`, operators.send)).toEqual([]);
    const refused = [
      'actor=nobody',
      'action=subscription.stolen',
      `from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
      'from=yesterday',
      'object=',
    ];
    for (const query of refused) expect([query, (await tenant.send('GET', `/v1/audit?${query}`)).status]).toEqual([query, 422]);
  });

  it('is only ever added to', async () => {
    await expect(db.query(`UPDATE audit_entries SET actor = 'somebody else'`)).rejects.toThrow('only ever added');
    await expect(db.query('DELETE FROM audit_entries')).rejects.toThrow('only ever added');
    await expect(db.query('TRUNCATE audit_entries')).rejects.toThrow('only ever added');
  });

  it('loses, by its retention, what is older and nothing else', async () => {
    const insert = `INSERT INTO audit_entries (id, actor, action, object, at) VALUES (gen_random_uuid(), 'x', 'key.created', $1, now() - $2::interval)`;
    await db.query(insert, ['older', '8 days']);
    await db.query(insert, ['younger', '6 days']);
    const store = new AuditStore(await connectStore(db.url));
    const before = (await db.query('SELECT FROM audit_entries')).length;
    expect([await store.forget(7), await store.forget(7)]).toEqual([1, 0]);
    expect((await db.query('SELECT FROM audit_entries')).length).toBe(before - 1);
    expect(await db.query(`SELECT object FROM audit_entries WHERE object IN ('older', 'younger')`)).toEqual([{ object: 'younger' }]);
    await expect(store.forget(0)).rejects.toThrow('at least a day');
    // The door is shut behind it.
    await expect(db.query('DELETE FROM audit_entries')).rejects.toThrow('only ever added');
  });

  it('has who expunged what, and the expunge has how much', async () => {
    const { id } = await tenant.publish({
      type: 't',
      data: 'payload-canary',
      id: 'to-expunge',
      resource: { type: 'customer', id: 'someone' },
    });
    expect((await added('POST', `/v1/events/${id}/expunge`)).told).toEqual([['event.expunged', id]]);
    const { told, body } = await added<{ id: string }>('POST', '/v1/expunges', { body: { resource: { type: 'customer', id: 'someone' } } });
    expect(told).toEqual([['expunge.created', body.id]]);
    expect((await added('POST', '/v1/expunges', { body: { resource: { type: 'customer' } } })).told).toEqual([]);
  });

  it('knows no action that nothing writes', async () => {
    const written = await db.query<{ action: string }>('SELECT DISTINCT action FROM audit_entries ORDER BY 1');
    const known = new Set(written.map(({ action }) => action));
    expect(AUDIT_ACTIONS.filter((action) => !known.has(action))).toEqual(['subscription.enabled', 'secret.removed']);
  });
});

describe('the audit log behind proxies that are named', () => {
  it('has the address that the nearest unnamed neighbour came from, whatever that one said of itself', async () => {
    const { url } = await startGateway({ DATABASE_URL: (await createTestDatabase()).url, TRUST_PROXIES: '127.0.0.1, 10.0.0.0/8' });
    const { send } = await operator(url).tenant('proxied');
    const ipOf = async (forwarded: string): Promise<string | null> => {
      const { body } = await send<{ id: string }>('POST', '/v1/apps', { body: { name: 'n' }, headers: { 'x-forwarded-for': forwarded } });
      return (await send<Entries>('GET', `/v1/audit?object=${body.id}`)).body.items[0]!.ip;
    };
    expect(await ipOf('198.51.100.1, 203.0.113.9, 10.1.2.3')).toBe('203.0.113.9');
    expect(await ipOf('2001:db8::7')).toBe('2001:db8::7');
    expect(await ipOf("1'; DROP TABLE audit_entries")).toBeNull();
  });
});
