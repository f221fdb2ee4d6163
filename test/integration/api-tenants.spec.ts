import { type Answer, operator, type TenantApi } from '../support/api.js';
import type { NewSubscription } from '../support/api-shapes.js';
import { formatId } from '../../libs/domain/src/ids.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Operation, operationsOf, pathWith } from '../support/operations.js';
import { startGateway } from '../support/processes.js';
import { insertDelivery, insertEvent, insertExpunge, insertReplay } from '../support/rows.js';

type Ids = Record<string, string>;

const subscription: Partial<NewSubscription> = { name: 'n', url: 'https://example.com/' };

/** What the routes that need a body are sent: sound, so that nothing but the id can be refused. */
const BODIES: Record<string, unknown> = {
  'PUT /v1/subscriptions/{id}': { ...subscription, version: { versionNo: '1.0' } },
  'PATCH /v1/subscriptions/{id}': { enabled: false },
  'POST /v1/subscriptions/{id}/suspend': {},
  'POST /v1/subscriptions/{id}/test': {},
  'POST /v1/subscriptions/{id}/secrets/rotate': {},
  'PATCH /v1/apps/{id}': { name: 'n' },
  'POST /v1/apps/{app}/topics/{topic}/event-types': { eventTypes: [{ name: 'New' }] },
  'POST /v1/apps/{app}/topics/{topic}/event-types/bulk-delete': { names: ['Known'] },
  'PUT /v1/apps/{app}/topics/{topic}/event-types/{name}': { description: 'd' },
  'PATCH /v1/apps/{app}/topics/{topic}/event-types/{name}': { description: 'd' },
};

const told = ({ status, body }: Answer<object>): unknown => ({ status, ...body, requestId: undefined });

describe('one tenant’s things', () => {
  let db: TestDatabase;
  let owner: TenantApi;
  let stranger: TenantApi;
  let operations: Operation[];
  /** By the first words of a path, the ids of the owner’s things and of none. */
  let own: Record<string, Ids>;
  let missing: Record<string, Ids>;

  beforeAll(async () => {
    db = await createTestDatabase();
    const { url } = await startGateway({ DATABASE_URL: db.url });
    const operators = operator(url);
    [owner, stranger] = [await operators.tenant('owner'), await operators.tenant('stranger')];
    operations = (await operationsOf(url)).filter(
      ({ path, operatorOnly }) => path.startsWith('/v1/') && path.includes('{') && !operatorOnly,
    );
    own = await makeThings();
    const noApp = `app:${newUuid()}`;
    missing = {
      subscriptions: { id: formatId('sub', newUuid()) },
      deliveries: { id: formatId('dlv', newUuid()) },
      diverted: { id: formatId('dlv', newUuid()) },
      events: { id: formatId('evt', newUuid()) },
      replays: { id: formatId('rpl', newUuid()) },
      expunges: { id: formatId('exp', newUuid()) },
      keys: { id: formatId('key', newUuid()) },
      audit: { id: formatId('aud', newUuid()) },
      apps: { id: noApp, app: noApp, topic: 'users', name: 'Known' },
    };
  });

  async function makeThings(): Promise<Record<string, Ids>> {
    const made = await owner.subscribe({ url: 'https://example.com/' });
    const { body: app } = await owner.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'a' } });
    await owner.send('POST', `/v1/apps/${app.id}/topics/users/event-types`, { body: { eventTypes: [{ name: 'Known' }] } });
    const { body: key } = await owner.send<{ id: string }>('POST', '/v1/keys', { body: { name: 'k', permissions: ['events:list'] } });
    const [entry] = (await owner.send<{ items: { id: string }[] }>('GET', '/v1/audit')).body.items;
    const [{ id: tenantId } = { id: '' }] = await db.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'owner'`);
    const eventId = await insertEvent(db, tenantId);
    const delivery = (state: 'diverted' | 'failed') =>
      insertDelivery(db, { tenantId, subscriptionId: made.uuid, ...(state === 'failed' ? { eventId } : {}) }, { state });
    return {
      subscriptions: { id: made.id },
      deliveries: { id: formatId('dlv', await delivery('failed')) },
      diverted: { id: formatId('dlv', await delivery('diverted')) },
      events: { id: formatId('evt', eventId) },
      replays: { id: formatId('rpl', await insertReplay(db, tenantId)) },
      expunges: { id: formatId('exp', await insertExpunge(db, tenantId)) },
      keys: { id: key.id },
      audit: { id: entry!.id },
      apps: { id: app.id, app: app.id, topic: 'users', name: 'Known' },
    };
  }

  const ask = (as: TenantApi, { name, method, path }: Operation, ids: Record<string, Ids>): Promise<Answer<object>> => {
    const [, , resource = ''] = path.split('/');
    if (!ids[resource]) throw new Error(`${name}: this test knows no ids for it.`);
    return as.send(method, pathWith(path, ids[resource]), BODIES[name] === undefined ? {} : { body: BODIES[name] });
  };
  const journal = async (): Promise<unknown> => {
    const tables = [
      'subscriptions',
      'apps',
      'event_types',
      'api_keys',
      'signing_secrets',
      'events',
      'deliveries',
      'replays',
      'expunges',
      'audit_entries',
    ];
    const contents = await Promise.all(
      tables.map((table) => db.query(`SELECT to_jsonb(t) - 'last_used_at' AS row FROM ${table} t ORDER BY 1`)),
    );
    return contents.map((rows) => JSON.stringify(rows));
  };

  it('cannot be told from things that are not, by any route', async () => {
    const before = await journal();
    const verdicts = [];
    for (const operation of operations) {
      const foreign = told(await ask(stranger, operation, own));
      const absent = told(await ask(stranger, operation, missing));
      verdicts.push({ name: operation.name, foreign, isTheSame: JSON.stringify(foreign) === JSON.stringify(absent) });
    }
    expect(verdicts.length).toBeGreaterThan(25);
    expect(verdicts.filter(({ isTheSame }) => !isTheSame)).toEqual([]);
    expect(verdicts.filter(({ foreign }) => (foreign as { status: number }).status !== 404)).toEqual([]);
    expect(await journal()).toEqual(before);
  });

  it('are there for their owner, by the same routes', async () => {
    const refused = [];
    for (const operation of operations) {
      const { status } = await ask(owner, operation, await makeThings());
      if (status >= 400) refused.push([operation.name, status]);
    }
    expect(refused).toEqual([]);
  });

  it('do not show in anybody else’s lists', async () => {
    for (const path of ['/v1/subscriptions', '/v1/events', '/v1/deliveries', '/v1/diverted', '/v1/apps', '/v1/replays', '/v1/expunges'])
      expect([path, (await stranger.send<{ items: unknown[] }>('GET', path)).body.items]).toEqual([path, []]);
    const { body } = await stranger.send<{ items: { tenantId: string }[] }>('GET', '/v1/keys');
    expect(new Set(body.items.map(({ tenantId }) => tenantId))).toEqual(new Set([stranger.id]));
  });

  it('are found by no filter, selector or nested id of another tenant', async () => {
    const { id: sub } = own['subscriptions']!;
    expect((await stranger.send<{ items: unknown[] }>('GET', `/v1/deliveries?subscription=${sub}`)).body.items).toEqual([]);
    const foreignSource = await stranger.send<{ code: string }>('POST', '/v1/subscriptions', {
      body: { ...subscription, sources: [{ app: own['apps']!['app'] }] },
    });
    expect([foreignSource.status, foreignSource.body.code]).toEqual([422, 'unknown_app']);
    const event = await stranger.publish({ type: 't', data: {} });
    const explained = await stranger.send<{ code: string }>('GET', `/v1/events/${event.id}/explain?subscription=${sub}`);
    expect(explained.status).toBe(404);
    const named = await stranger.send<{ code: string }>('GET', `/v1/keys?tenantId=${owner.id}`);
    expect([named.status, named.body.code]).toEqual([403, 'insufficient_scope']);
  });

  it('keep their tenant whatever the request says: the key decides', async () => {
    const { id: theirs } = owner;
    const withHeader = await stranger.send<{ id: string }>('POST', '/v1/events', {
      body: { type: 'marked', data: {} },
      headers: { 'x-tenant-id': theirs, 'tenant-id': theirs },
    });
    const [row] = await db.query<{ slug: string }>(
      `SELECT t.slug FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE e.type = 'marked'`,
    );
    expect([withHeader.status, row?.slug]).toEqual([202, 'stranger']);
    const inBody = await stranger.send<{ code: string }>('POST', '/v1/subscriptions', { body: { ...subscription, tenantId: theirs } });
    const inQuery = await stranger.send<{ code: string }>('POST', `/v1/subscriptions?tenantId=${theirs}`, { body: subscription });
    expect([inBody.status, inBody.body.code, inQuery.status, inQuery.body.code]).toEqual([422, 'unknown_field', 422, 'unknown_field']);
  });
});
