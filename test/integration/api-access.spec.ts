import { PERMISSIONS } from '../../apps/gateway/src/access/permissions.js';
import { type Answer, caller, operator, type Operator, type TenantApi } from '../support/api.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Operation, operationsOf, pathWith } from '../support/operations.js';
import { startGateway } from '../support/processes.js';
import { credential } from '../support/route-requests.js';
import { socketAnswer } from '../support/raw-http.js';

interface Problem {
  code: string;
  requestId: string;
}

/** What a caller learns from a refusal: all but the number of the request. */
const told = ({ status, body }: Answer<Problem>): unknown => ({ status, ...body, requestId: undefined });

/** What each native route asks for, spelled out once more: a slip in a decorator must not pass for a decision. */
const ASKED: Record<string, string[]> = {
  '': ['GET /health/live', 'GET /health/ready'],
  'events:publish': ['POST /v1/events', 'POST /v1/events/batch', 'POST /v1/explain'],
  'events:list': ['GET /v1/events'],
  'events:read': ['GET /v1/events/{id}', 'GET /v1/events/{id}/explain'],
  'events:read deliveries:list': ['GET /v1/events/{id}/deliveries'],
  'apps:list': ['GET /v1/apps', 'GET /v1/apps/{id}/topics', 'GET {types}'],
  'apps:read': ['GET /v1/apps/{id}', 'GET {types}/{name}'],
  'apps:write': [
    ...['POST /v1/apps', 'PATCH /v1/apps/{id}', 'DELETE /v1/apps/{id}', 'POST {types}', 'POST {types}/bulk-delete'],
    ...['PUT {types}/{name}', 'PATCH {types}/{name}', 'DELETE {types}/{name}'],
  ],
  'subscriptions:list': ['GET /v1/subscriptions'],
  'subscriptions:read': [
    ...['GET {sub}', 'GET {sub}/stats', 'GET {sub}/stats/series', 'GET /v1/subscriptions/stats', 'GET {sub}/endpoint-check'],
    'POST /v1/subscriptions/preview',
  ],
  'subscriptions:write': [
    ...['POST /v1/subscriptions', 'PUT {sub}', 'PATCH {sub}', 'DELETE {sub}', 'POST {sub}/endpoint-check'],
    ...['POST {sub}/suspend', 'POST {sub}/unsuspend', 'POST {sub}/duplicate', 'POST {sub}/test'],
  ],
  'secrets:read': ['GET {sub}/secrets'],
  'secrets:write': ['POST {sub}/secrets/rotate'],
  'deliveries:list': ['GET /v1/deliveries', 'GET /v1/outbound-requests', 'GET /v1/stats/overview'],
  'deliveries:read': ['GET /v1/deliveries/{id}', 'GET /v1/deliveries/{id}/attempts', 'GET /v1/deliveries/{id}/body'],
  'deliveries:resend': [
    ...[
      'POST /v1/deliveries/{id}/resend',
      'POST /v1/deliveries/{id}/cancel',
      'POST /v1/replays',
      'GET /v1/replays',
      'GET /v1/replays/{id}',
    ],
    ...['POST /v1/replays/{id}/cancel', 'POST /v1/replays/{id}/pause', 'POST /v1/replays/{id}/resume'],
  ],
  'diverted:list': ['GET /v1/diverted'],
  'diverted:read': ['GET /v1/diverted/{id}'],
  'diverted:resend': ['POST /v1/diverted/{id}/resend'],
  'diverted:delete': ['DELETE /v1/diverted/{id}'],
  'expunges:write': ['POST /v1/events/{id}/expunge', 'POST /v1/expunges'],
  'expunges:list': ['GET /v1/expunges'],
  'expunges:read': ['GET /v1/expunges/{id}'],
  'keys:list': ['GET /v1/keys'],
  'keys:read': ['GET /v1/keys/{id}'],
  'keys:write': ['POST /v1/keys', 'DELETE /v1/keys/{id}'],
  'audit:list': ['GET /v1/audit'],
  'audit:read': ['GET /v1/audit/{id}'],
  'operator tenants:list': ['GET /v1/tenants'],
  'operator tenants:read': ['GET /v1/tenants/{id}'],
  'operator tenants:write': ['POST /v1/tenants', 'PATCH /v1/tenants/{id}'],
};
const spelledOut = (name: string): string =>
  name.replace('{types}', '/v1/apps/{app}/topics/{topic}/event-types').replace('{sub}', '/v1/subscriptions/{id}');

const isNative = ({ path }: Operation): boolean => /^\/(v1|health)\//.test(path);

const OF_TENANTS = PERMISSIONS.filter((permission) => !permission.startsWith('tenants:'));

describe('access to the API', () => {
  let url: string;
  let operators: Operator;
  let tenant: TenantApi;
  let operations: Operation[];
  let keyed: Operation[];
  /** What names the tenant itself in the paths of dialects. */
  let own: Record<string, string>;

  beforeAll(async () => {
    const gateway = await startGateway({ DATABASE_URL: (await createTestDatabase()).url });
    ({ url } = gateway);
    operators = operator(url);
    tenant = await operators.tenant('access');
    const { body } = await operators.send<{ uuid: string }>('GET', `/v1/tenants/${tenant.id}`);
    own = { tenantLocator: body.uuid, projectId: 'access' };
    operations = await operationsOf(url);
    keyed = operations.filter(({ needsKey }) => needsKey);
  });

  const ask = ({ method, path }: Operation, key?: string): Promise<Answer<Problem>> =>
    caller(url)(method, pathWith(path, own), { headers: key === undefined ? {} : credential(path, key) });
  const keyWith = async (permissions: string[]): Promise<string> => (await operators.createKey(tenant.id, permissions)).key;
  /** Asks every operation and names those whose answer is not as expected. */
  const exceptions = async (some: Operation[], isRight: (operation: Operation) => Promise<boolean>): Promise<string[]> => {
    const verdicts = await Promise.all(some.map(async (operation) => ({ name: operation.name, isRight: await isRight(operation) })));
    return verdicts.filter((verdict) => !verdict.isRight).map(({ name }) => name);
  };

  it('asks on every route for what was decided for it, and is open on health alone', () => {
    const native = operations.filter(isNative);
    const asked = native.map(({ name, operatorOnly, permissions }) => [
      name,
      [...(operatorOnly ? ['operator'] : []), ...permissions].join(' '),
    ]);
    const decided = Object.entries(ASKED).flatMap(([permissions, names]) => names.map((name) => [spelledOut(name), permissions]));
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(decided));
    expect(operations.filter(({ needsKey }) => !needsKey).map(({ name }) => name)).toEqual(ASKED['']);
    expect(keyed.filter(({ permissions }) => permissions.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('is refused everywhere without a key, in the same words for every key that is none', async () => {
    const [first] = keyed;
    const reference = await ask(first!);
    expect(reference.status).toBe(401);
    expect(reference.headers.get('www-authenticate')).toMatch(/^Bearer/);
    const sent = ({ method, path }: Operation, authorization: string) =>
      caller(url)<Problem>(method, pathWith(path, {}), { headers: { authorization } });
    const wrong = [
      '',
      'Bearer',
      'Bearer ',
      'Basic dXNlcjpwYXNz',
      `Bearer ${tenant.key}x`,
      `bearer${tenant.key}`,
      `Bearer ${'k'.repeat(10_000)}`,
      tenant.key,
    ];
    for (const authorization of wrong)
      expect([authorization, told(await sent(first!, authorization))]).toEqual([authorization, told(reference)]);
    const isTheSame = async (operation: Operation) => {
      const answer = await ask(operation);
      if (answer.status !== 401 || !answer.headers.has('www-authenticate')) return false;
      return !isNative(operation) || JSON.stringify(told(answer)) === JSON.stringify(told(reference));
    };
    expect(await exceptions(keyed, isTheSame)).toEqual([]);
  });

  it('is refused with two keys at once', async () => {
    const twice = [`authorization: Bearer ${tenant.key}`, `authorization: Bearer ${tenant.key}`];
    expect((await socketAnswer(url, ['GET /v1/events HTTP/1.1', 'host: x', 'connection: close', ...twice])).status).toBe(401);
  });

  it('needs each of the permissions that a route names: a key with all the others is refused', async () => {
    const tenants = keyed.filter(({ operatorOnly }) => !operatorOnly);
    const named = [...new Set(tenants.flatMap(({ permissions }) => permissions))];
    const keys = new Map(
      await Promise.all(named.map(async (missing) => [missing, await keyWith(OF_TENANTS.filter((one) => one !== missing))] as const)),
    );
    const isRefused = async (operation: Operation) => {
      const answers = await Promise.all(operation.permissions.map((missing) => ask(operation, keys.get(missing))));
      return answers.every(({ status, body }) => status === 403 && (!isNative(operation) || body.code === 'insufficient_scope'));
    };
    expect(await exceptions(tenants, isRefused)).toEqual([]);
  });

  it('needs no other permission than those that a route names', async () => {
    const tenants = keyed.filter(({ operatorOnly }) => !operatorOnly);
    const sets = [...new Set(tenants.map(({ permissions }) => permissions.join(' ')))];
    const keys = new Map(await Promise.all(sets.map(async (set) => [set, await keyWith(set.split(' '))] as const)));
    const isLetIn = async (operation: Operation) =>
      ![401, 403, 500].includes((await ask(operation, keys.get(operation.permissions.join(' ')))).status);
    expect(await exceptions(tenants, isLetIn)).toEqual([]);
  });

  it('to the operator’s routes is refused to every tenant’s key', async () => {
    const theirs = keyed.filter(({ operatorOnly }) => operatorOnly);
    expect(theirs.map(({ path }) => path)).toContain('/v1/tenants');
    const isRefused = async (operation: Operation) => {
      const { status, body } = await ask(operation, tenant.key);
      return status === 403 && body.code === 'insufficient_scope';
    };
    expect(await exceptions(theirs, isRefused)).toEqual([]);
  });

  it('to a tenant’s things needs a key of that tenant: the operator’s belongs to none', async () => {
    const answer = await operators.send<Problem>('GET', '/v1/subscriptions');
    expect([answer.status, answer.body.code]).toEqual([403, 'tenant_key_required']);
  });

  it('ends within five seconds for a key that is revoked or has expired, in the words for one that never was', async () => {
    const soon = new Date(Date.now() + 500).toISOString();
    const make = async (over: object): Promise<{ id: string; key: string }> =>
      (await tenant.send<{ id: string; key: string }>('POST', '/v1/keys', { body: { name: 'k', permissions: ['events:list'], ...over } }))
        .body;
    const [revoked, expiring, kept] = await Promise.all([make({}), make({ expiresAt: soon }), make({})]);
    const list = (key: string) => caller(url, key)<Problem>('GET', '/v1/events');
    expect((await list(revoked.key)).status).toBe(200);
    expect((await tenant.send('DELETE', `/v1/keys/${revoked.id}`)).status).toBe(204);
    const stranger = told(await list('nobody'));
    await eventually(
      async () => {
        for (const { key } of [revoked, expiring]) expect(told(await list(key))).toEqual(stranger);
      },
      { timeoutMs: 5_500, what: 'both keys to be refused' },
    );
    expect((await list(kept.key)).status).toBe(200);
  });

  describe('that is given to another key', () => {
    const create = (key: string, body: object) =>
      caller(url, key)<Problem>('POST', '/v1/keys', { body: { name: 'k', permissions: ['events:list'], ...body } });
    let modest: string;
    beforeAll(async () => {
      modest = await keyWith(['keys:write', 'events:list', 'subscriptions:read']);
    });

    it.each([
      ['a permission', { permissions: ['events:list', 'events:publish'] }],
      ['a wildcard over what it holds in part', { permissions: ['subscriptions:*'] }],
      ['everything', { permissions: ['*'] }],
      ['a preset', { permissions: ['viewer'] }],
      ['a permission on tenants', { permissions: ['tenants:list'] }],
      ['app permissions', { appPermissions: ['get-user-details'] }],
      ['another tenant', { tenantId: '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f' }],
    ])('is not %s that its giver does not hold', async (_, body) => {
      const { status, body: problem } = await create(modest, body);
      expect([status, problem.code]).toEqual([403, 'insufficient_scope']);
    });

    it('may be all that its giver holds', async () => {
      expect((await create(modest, { permissions: ['events:list'] })).status).toBe(201);
      expect((await create(modest, { permissions: ['subscriptions:read'], tenantId: tenant.id })).status).toBe(201);
    });

    it('never makes an operator of a tenant, not even from its most powerful key', async () => {
      expect((await create(tenant.key, { permissions: ['tenants:write'] })).body.code).toBe('insufficient_scope');
      const all = (await create(tenant.key, { permissions: ['*'] })) as unknown as Answer<{ key: string }>;
      expect((await caller(url, all.body.key)('GET', '/v1/tenants')).status).toBe(403);
    });
  });
});
