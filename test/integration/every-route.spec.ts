import { PERMISSIONS } from '../../apps/gateway/src/access/permissions.js';
import { type Answer, caller, operator, type Operator, type TenantApi } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Operation, operationsOf, pathWith } from '../support/operations.js';
import { startGateway } from '../support/processes.js';
import { absentIds, credential, type Ids, makeThings, ROUTE_REQUESTS } from '../support/route-requests.js';

type Key = 'no' | 'an unknown' | 'an expired' | 'a revoked' | 'an early' | 'an under-privileged';

type Tenant = TenantApi & { uuid: string; slug: string };

const OF_TENANTS = PERMISSIONS.filter((permission) => !permission.startsWith('tenants:'));
const TABLES = [
  'tenants',
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

describe('every route of the API', () => {
  let url: string;
  let db: TestDatabase;
  let operators: Operator;
  let operations: Operation[];
  let owner: Tenant;
  let stranger: Tenant;

  beforeAll(async () => {
    db = await createTestDatabase();
    ({ url } = await startGateway({ DATABASE_URL: db.url }));
    operators = operator(url);
    [owner, stranger] = [await tenantOf('owner'), await tenantOf('stranger')];
    operations = (await operationsOf(url)).filter(({ needsKey }) => needsKey);
  });

  const tenantOf = async (slug: string): Promise<Tenant> => {
    const tenant = await operators.tenant(slug);
    const { uuid } = (await operators.send<{ uuid: string }>('GET', `/v1/tenants/${tenant.id}`)).body;
    return { ...tenant, uuid, slug };
  };
  const ask = ({ name, method, path }: Operation, ids: Ids, key: string | null): Promise<Answer<unknown>> => {
    const { params = {}, query = {}, body } = ROUTE_REQUESTS[name]!(ids);
    return caller(url)(method, `${pathWith(path, params)}?${new URLSearchParams(query).toString()}`, {
      body,
      headers: key === null ? {} : credential(path, key),
    });
  };
  const things = ({ uuid, slug, id } = owner) => makeThings(url, db, operators, { tenantUuid: uuid, slug, tenant: id });
  /** Everything there is but when a key was used, which is written at any moment. */
  const contents = async (): Promise<string> => {
    const rows = await Promise.all(
      TABLES.map((table) => db.query(`SELECT to_jsonb(t) - 'last_used_at' AS row FROM ${table} t ORDER BY 1`)),
    );
    return JSON.stringify(rows);
  };
  /** Names the routes whose answer is not as it should be. */
  const exceptions = async (some: Operation[], judge: (operation: Operation) => Promise<unknown>): Promise<unknown[]> => {
    const verdicts = await Promise.all(some.map(async (operation) => ({ route: operation.name, fault: await judge(operation) })));
    return verdicts.filter(({ fault }) => fault !== undefined);
  };

  it('is in the table of this test, and nothing else is', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(Object.keys(ROUTE_REQUESTS).sort());
  });

  it('serves its owner', async () => {
    const refused: unknown[] = [];
    for (const [i, operation] of operations.entries()) {
      const tenant = await tenantOf(`owner-${i}`);
      const { key, ids } = await things(tenant);
      // An app of OS1 is made by a key that has none yet.
      const isFirst = operation.name === 'POST /core/api/v1/webhooks/apps';
      const asking = operation.operatorOnly ? null : isFirst ? tenant.key : key;
      const answer = asking === null ? await askAsOperator(operation, ids) : await ask(operation, ids, asking);
      if (answer.status >= 400) refused.push([operation.name, answer.status, answer.body]);
    }
    expect(refused).toEqual([]);
  }, 60_000);

  const askAsOperator = ({ name, method, path }: Operation, ids: Ids): Promise<Answer<unknown>> => {
    const { params = {}, body } = ROUTE_REQUESTS[name]!(ids);
    return operators.send(method, pathWith(path, params), { body });
  };

  describe('turns away', () => {
    const keys = new Map<Key, (operation: Operation) => string | null>();
    let ids: Ids;

    beforeAll(async () => {
      ({ ids } = await things());
      const make = async (body: object): Promise<{ id: string; key: string }> =>
        (await owner.send<{ id: string; key: string }>('POST', '/v1/keys', { body: { name: 'k', permissions: ['*'], ...body } })).body;
      const [expired, revoked, early] = await Promise.all([
        make({}),
        make({}),
        make({ startsAt: new Date(Date.now() + 3_600_000).toISOString() }),
      ]);
      await db.query(`UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE hint LIKE $1`, [`${expired.key.slice(0, -44)}%`]);
      await owner.send('DELETE', `/v1/keys/${revoked.id}`);
      const named = [...new Set(operations.flatMap(({ permissions }) => permissions))];
      const lacking = new Map(
        await Promise.all(
          named.map(async (one) => {
            const { key } = await operators.createKey(
              owner.id,
              OF_TENANTS.filter((other) => other !== one),
            );
            return [one, key] as const;
          }),
        ),
      );
      keys.set('no', () => null);
      keys.set('an unknown', () => `${owner.key.slice(0, -1)}x`);
      keys.set('an expired', () => expired.key);
      keys.set('a revoked', () => revoked.key);
      keys.set('an early', () => early.key);
      keys.set('an under-privileged', ({ permissions, operatorOnly }) => (operatorOnly ? owner.key : lacking.get(permissions[0]!)!));
    });

    it.each<[Key, number]>([
      ['no', 401],
      ['an unknown', 401],
      ['an expired', 401],
      ['a revoked', 401],
      ['an early', 401],
      ['an under-privileged', 403],
    ])('%s key with %i, and does nothing', async (kind, status) => {
      const before = await contents();
      const wrong = await exceptions(operations, async (operation) => {
        const answer = await ask(operation, ids, keys.get(kind)!(operation));
        return answer.status === status ? undefined : [answer.status, answer.body];
      });
      expect(wrong).toEqual([]);
      expect(await contents()).toBe(before);
    });
  });

  it('answers a stranger who names another tenant’s things as if there were none, and shows it none', async () => {
    const { ids } = await things();
    const own = { tenantUuid: stranger.uuid, slug: stranger.slug };
    const foreign: Ids = { ...ids, ...own };
    const absent = absentIds({ ...own });
    const { key } = await operators.createKey(stranger.id);
    const secrets = (Object.entries(ids) as [keyof Ids, string][]).flatMap(([name, id]) =>
      ['slug', 'eventType', 'hook', 'hookEvent'].includes(name) ? [] : [id],
    );
    const before = await contents();
    const naming = operations.filter(({ name, operatorOnly }) => !operatorOnly && names(name, foreign) !== names(name, absent));
    expect(naming.length).toBeGreaterThan(50);
    const wrong = await exceptions(naming, async (operation) => {
      const [theirs, nobodys] = [await ask(operation, foreign, key), await ask(operation, absent, key)];
      const isTheSame = told(theirs, foreign) === told(nobodys, absent);
      return theirs.status >= 400 && theirs.status < 500 && isTheSame ? undefined : [told(theirs, foreign), told(nobodys, absent)];
    });
    expect(wrong).toEqual([]);
    expect(await contents()).toBe(before);
    const listing = operations.filter(
      ({ method, operatorOnly, name }) => method === 'GET' && !operatorOnly && !naming.some((one) => one.name === name),
    );
    expect(listing.length).toBeGreaterThan(10);
    const leaking = await exceptions(listing, async (operation) => {
      const { status, body } = await ask(operation, foreign, key);
      const text = JSON.stringify(body);
      const leaked = secrets.filter((secret) => text.includes(secret));
      return status < 500 && leaked.length === 0 ? undefined : [status, leaked];
    });
    expect(leaking).toEqual([]);
  }, 30_000);

  it('lets nobody into another tenant by its name in the path', async () => {
    const { ids } = await things();
    const { key } = await operators.createKey(stranger.id);
    const named = operations.filter(({ path }) => /\{(tenantLocator|projectId)\}/.test(path));
    expect(named.length).toBeGreaterThan(15);
    const before = await contents();
    const wrong = await exceptions(named, async (operation) => {
      const { status } = await ask(operation, ids, key);
      return status === 404 ? undefined : status;
    });
    expect(wrong).toEqual([]);
    expect(await contents()).toBe(before);
  });
});

/** What a request says, to tell those that name a thing; a list that is asked for things leaves others' out. Made-up names are left out: they differ each time. */
const names = (route: string, ids: Ids): string =>
  JSON.stringify({ ...ROUTE_REQUESTS[route]!(ids), query: undefined }).replace(/x[0-9a-z]{26}/g, '');

/** An answer without what is the request's own: the ids that it named, and the number by which our log knows it. */
function told({ status, body }: Answer<unknown>, ids: Ids): string {
  let text = JSON.stringify({ status, body });
  for (const id of Object.values(ids) as string[]) if (id.length > 6) text = text.replaceAll(id, '…');
  return text.replace(/"(requestId|logId)":"[^"]*"/g, '').replace(/\d{4,}/g, '#');
}
