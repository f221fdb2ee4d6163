import { caller, operator, type Operator, type TenantApi } from '../support/api.js';
import type { Page } from '../support/api-shapes.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/processes.js';

interface Topic {
  topic: string;
  eventTypes: number;
}

describe('the topics of an app', () => {
  let url: string;
  let operators: Operator;
  let tenant: TenantApi;

  beforeAll(async () => {
    ({ url } = await startGateway({ DATABASE_URL: (await createTestDatabase()).url }));
    operators = operator(url);
    tenant = await operators.tenant('topics');
  });

  const makeApp = async (topics: Record<string, string[]>, { send } = tenant): Promise<string> => {
    const { id } = (await send<{ id: string }>('POST', '/v1/apps', { body: { name: 'a' } })).body;
    for (const [topic, names] of Object.entries(topics)) {
      await send('POST', `/v1/apps/${id}/topics/${topic}/event-types`, { body: { eventTypes: names.map((name) => ({ name })) } });
    }
    return id;
  };
  const topicsOf = async (app: string, query = '', { send } = tenant): Promise<Page<Topic>> =>
    (await send<Page<Topic>>('GET', `/v1/apps/${app}/topics${query}`)).body;

  it('are those with event types, in the order of their names, with how many each has', async () => {
    const app = await makeApp({ orders: ['Placed', 'Paid'], customers: ['Registered'] });
    await makeApp({ others: ['Elsewhere'] });
    expect(await topicsOf(app)).toEqual({
      items: [
        { topic: 'customers', eventTypes: 1 },
        { topic: 'orders', eventTypes: 2 },
      ],
      nextCursor: null,
    });
    await tenant.send('DELETE', `/v1/apps/${app}/topics/customers/event-types/Registered`);
    expect((await topicsOf(app)).items).toEqual([{ topic: 'orders', eventTypes: 2 }]);
    expect(await topicsOf(await makeApp({}))).toEqual({ items: [], nextCursor: null });
  });

  it('come page by page, each of them once, whatever their names', async () => {
    const names = ['B', 'a', 'A', '_x', '1', 'a.b', 'a-b', 'a_b', 'ab'];
    const app = await makeApp(Object.fromEntries(names.map((name) => [name, ['One']])));
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Topic> = await topicsOf(app, `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ topic }) => topic));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual((await topicsOf(app)).items.map(({ topic }) => topic));
    expect([...found].sort()).toEqual([...names].sort());
  });

  it('are told to keys that may list apps, of their own tenant alone', async () => {
    const app = await makeApp({ orders: ['Placed'] });
    const ask = async (permission: string) => {
      const { key } = await operators.createKey(tenant.id, [permission]);
      return (await caller(url, key)('GET', `/v1/apps/${app}/topics`)).status;
    };
    expect([await ask('apps:list'), await ask('apps:read')]).toEqual([200, 403]);
    const stranger = await operators.tenant('stranger');
    const refused = await stranger.send<{ code: string }>('GET', `/v1/apps/${app}/topics`);
    expect([refused.status, refused.body.code]).toEqual([404, 'not_found']);
  });

  it('are not read on with the cursor of another app', async () => {
    const [one, two] = [await makeApp({ a: ['One'], b: ['One'] }), await makeApp({ a: ['One'], b: ['One'] })];
    const { nextCursor } = await topicsOf(one, '?limit=1');
    const { status, body } = await tenant.send<{ code: string }>('GET', `/v1/apps/${two}/topics?cursor=${nextCursor}`);
    expect([status, body]).toMatchObject([422, { errors: [{ path: '/cursor', code: 'invalid_cursor' }] }]);
  });
});
