import { type Answer, caller, operator, type Operator, type Send, type TenantApi } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type AppProcess, startGateway } from '../support/processes.js';
import { startRedis } from '../support/redis.js';
import { expectProblem, type Problem } from '../support/refusals.js';

/** Seconds over which a quota is counted: ten times as many requests as a second's are let through at once. */
const WINDOW = 10;

const limit = async (operators: Operator, { id }: TenantApi, quotas: object): Promise<void> => {
  const { status, body } = await operators.send('PATCH', `/v1/tenants/${id}`, { body: { settings: { quotas } } });
  if (status !== 200) throw new Error(`The quotas were answered ${status}: ${JSON.stringify(body)}`);
};
const publish = (send: Send): Promise<Answer<Problem>> => send<Problem>('POST', '/v1/events', { body: { type: 't', data: {} } });
/** How many of so many requests, sent one after the other, got through. */
const passed = async (count: number, ask: () => Promise<Answer<unknown>>): Promise<number> => {
  let through = 0;
  for (let i = 0; i < count; i++) if ((await ask()).status !== 429) through++;
  return through;
};

describe('quotas', () => {
  let db: TestDatabase;
  let gateway: AppProcess;
  let operators: Operator;

  beforeAll(async () => {
    db = await createTestDatabase();
    gateway = await startGateway({ DATABASE_URL: db.url, RATE_LIMIT_PER_TENANT: '1000', RATE_LIMIT_PER_CALLER: '500' });
    operators = operator(gateway.url);
  });

  /** A tenant whose quotas are in force: a key's are known for two seconds, so they are set before it is first used. */
  const tenantWith = async (slug: string, quotas: object): Promise<TenantApi> => {
    const tenant = await operators.tenant(slug);
    await limit(operators, tenant, quotas);
    return tenant;
  };

  it('let a key use what it has, tell it where it stands, and refuse what is beyond with the time to wait', async () => {
    const tenant = await tenantWith('key', { keyPerSecond: 1 });
    const first = await publish(tenant.send);
    expect([first.status, first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')]).toEqual([202, '10', '9']);
    expect(Number(first.headers.get('ratelimit-reset'))).toBeLessThanOrEqual(WINDOW);
    expect(await passed(12, () => publish(tenant.send))).toBe(9);
    const refused = await publish(tenant.send);
    expect([refused.status, refused.body.code, refused.headers.get('ratelimit-remaining')]).toEqual([429, 'rate_limited', '0']);
    expectProblem(refused);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(WINDOW);
    // Nothing of it was stored, and reads are refused alike.
    expect(await db.query(`SELECT FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE t.slug = 'key'`)).toHaveLength(10);
    expect((await tenant.send('GET', '/v1/events')).status).toBe(429);
    // Another key of the tenant has a quota of its own.
    const { key } = await operators.createKey(tenant.id);
    expect((await publish(caller(gateway.url, key))).status).toBe(202);
  });

  it('are shared by all keys of a tenant, and are nobody else’s', async () => {
    const tenant = await tenantWith('shared', { tenantPerSecond: 1 });
    const keys = [tenant.key, (await operators.createKey(tenant.id)).key, (await operators.createKey(tenant.id)).key];
    let turn = 0;
    expect(await passed(15, () => publish(caller(gateway.url, keys[turn++ % 3])))).toBe(10);
    const other = await operators.tenant('unlimited');
    expect(await passed(15, () => publish(other.send))).toBe(15);
  });

  it('count a batch as its events', async () => {
    const tenant = await tenantWith('batches', { keyPerSecond: 1 });
    const batch = (n: number) =>
      tenant.send<Problem>('POST', '/v1/events/batch', { body: { events: Array.from({ length: n }, () => ({ type: 't', data: {} })) } });
    expect((await batch(6)).status).toBe(202);
    const refused = await batch(6);
    expect([refused.status, refused.body.code, refused.headers.has('retry-after')]).toEqual([429, 'rate_limited', true]);
    expect(await db.query(`SELECT FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE t.slug = 'batches'`)).toHaveLength(6);
  });

  it.each([
    ['OS1', '/core/api/v1/webhooks/subscriptions', (key: string) => ({ 'x-coreos-access': key }), { error: { code: 'rate_limited' } }],
    ['Omnitron', '/api/v1/oms/hooks', (key: string) => ({ authorization: `Token ${key}` }), { detail: expect.stringContaining('quota') }],
    ['Socotra', '/event/{tenant}/webhooks/list', (key: string) => ({ authorization: `Bearer ${key}` }), { error: 'rate_limited' }],
    [
      'Contensis',
      '/api/management/projects/{tenant}/events/webhooks/subscriptions',
      (key: string) => ({ authorization: `Bearer ${key}` }),
      expect.any(Object),
    ],
  ])(
    'are refused in the words of %s',
    async (name, path, headers, body) => {
      const tenant = await tenantWith(`dialect-${name.toLowerCase()}`, { keyPerSecond: 1 });
      await passed(10, () => publish(tenant.send));
      const answer = await caller(gateway.url)<object>('GET', path.replace('{tenant}', `dialect-${name.toLowerCase()}`), {
        headers: headers(tenant.key),
      });
      expect({ ...answer, waits: answer.headers.has('retry-after') }).toMatchObject({ status: 429, waits: true, body });
      expect(answer.headers.get('content-type')).not.toContain('problem');
    },
    20_000,
  );

  it('are not escaped by a word about another address', async () => {
    const tenant = await tenantWith('forwarded', { keyPerSecond: 1 });
    let i = 0;
    const ask = () =>
      tenant.send('GET', '/v1/events', { headers: { 'x-forwarded-for': `203.0.113.${i++}`, forwarded: `for=203.0.113.${i}` } });
    expect(await passed(15, ask)).toBe(10);
  });

  it('are set by the operator alone, within bounds', async () => {
    const tenant = await operators.tenant('bounds');
    const set = (keyPerSecond: unknown) =>
      operators.send('PATCH', `/v1/tenants/${tenant.id}`, { body: { settings: { quotas: { keyPerSecond } } } });
    const answers = await Promise.all([1, 1_000_000, 0, 1_000_001, 1.5, '5', null].map(async (value) => (await set(value)).status));
    expect(answers).toEqual([200, 200, 422, 422, 422, 422, 422]);
    expect((await tenant.send('PATCH', `/v1/tenants/${tenant.id}`, { body: { settings: { quotas: {} } } })).status).toBe(403);
    // Nothing is held against a tenant whose quotas were taken back.
    expect((await operators.send('PATCH', `/v1/tenants/${tenant.id}`, { body: { settings: { quotas: {} } } })).status).toBe(200);
  });
});

describe.each(['Postgres', 'Redis'])('quotas of several gateways, shared in %s', (where) => {
  it('let through little more than one gateway would', async () => {
    const db = await createTestDatabase();
    const env = { DATABASE_URL: db.url, ...(where === 'Redis' ? { REDIS_URL: (await startRedis()).url } : {}) };
    const gateways = await Promise.all([startGateway(env), startGateway(env)]);
    const [operators, tenant] = [operator(gateways[0].url), await operator(gateways[0].url).tenant('both')];
    await limit(operators, tenant, { keyPerSecond: 5 });
    const [one, two] = gateways.map(({ url }) => caller(url, tenant.key)) as [Send, Send];
    // The first gateway uses the whole window up; the second hears of it before it has let anything through.
    expect(await passed(60, () => publish(one))).toBe(50);
    await eventually(async () => expect((await publish(two)).status).toBe(429), {
      timeoutMs: 5_000,
      what: 'the other gateway to hear of it',
    });
    const stored = await db.query('SELECT FROM events');
    expect(stored.length).toBeGreaterThan(50);
    expect(stored.length).toBeLessThan(100);
  }, 30_000);
});

describe('quotas while Redis is away', () => {
  it('are kept by each gateway on its own, hold up nobody, and are shared again by themselves', async () => {
    const db = await createTestDatabase();
    const redis = await startRedis();
    const gateway = await startGateway({ DATABASE_URL: db.url, REDIS_URL: redis.url });
    const operators = operator(gateway.url);
    const tenant = await operators.tenant('outage');
    await limit(operators, tenant, { keyPerSecond: 2 });
    redis.pause();
    expect((await publish(tenant.send)).status).toBe(202);
    await eventually(() => expect(gateway.logs()).toContain('quotas.local'), { what: 'the gateway to notice' });
    expect(await passed(25, () => publish(tenant.send))).toBe(19);
    const started = performance.now();
    expect((await publish(tenant.send)).status).toBe(429);
    expect(performance.now() - started).toBeLessThan(1_000);
    redis.resume();
    await eventually(
      async () => {
        await publish(tenant.send);
        expect(gateway.logs()).toContain('quotas.shared');
      },
      { timeoutMs: 15_000, what: 'Redis to be asked again' },
    );
    expect(gateway.logs()).not.toContain('request.failed');
  }, 40_000);
});
