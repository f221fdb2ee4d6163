import { operator, type Operator, type TenantApi } from '../support/api.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/processes.js';

interface Problem {
  code: string;
  errors: { path: string }[];
}

describe('a key that speaks for an app', () => {
  let operators: Operator;
  let tenant: TenantApi;
  let appId: string;

  beforeAll(async () => {
    operators = operator((await startGateway({ DATABASE_URL: (await createTestDatabase()).url })).url);
    tenant = await operators.tenant('app-keys');
  });

  beforeEach(async () => {
    appId = (await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'Users' } })).body.id;
  });

  const create = <T>(body: object, send = tenant.send) =>
    send<T>('POST', '/v1/keys', { body: { name: 'k', permissions: ['publisher'], ...body } });
  const appOf = async (keyId: string): Promise<unknown> => (await tenant.send<{ appId: unknown }>('GET', `/v1/keys/${keyId}`)).body.appId;

  it('is made with the app’s id and shows it; any other key shows none', async () => {
    const { status, body } = await create<{ id: string }>({ appId });
    expect([status, await appOf(body.id)]).toEqual([201, appId]);
    expect(await appOf((await create<{ id: string }>({})).body.id)).toBeNull();
  });

  it('speaks for none any more when the app is deleted, and goes on being a key', async () => {
    const { id } = (await create<{ id: string }>({ appId })).body;
    expect((await tenant.send('DELETE', `/v1/apps/${appId}`)).status).toBe(204);
    expect(await appOf(id)).toBeNull();
  });

  it('is refused for an app that the tenant does not have', async () => {
    const stranger = await operators.tenant('app-keys-stranger');
    const unknown = 'app:00000000-0000-7000-8000-000000000000';
    const refused = await Promise.all([
      create<Problem>({ appId: unknown }),
      create<Problem>({ appId: 'users' }),
      create<Problem>({ appId }, stranger.send),
      create<Problem>({ appId }, operators.send),
      create<Problem>({ appId, tenantId: stranger.id }, operators.send),
    ]);
    expect(refused.map(({ status, body }) => [status, body.code, body.errors[0]?.path])).toEqual(
      refused.map(() => [422, 'unknown_app', '/appId']),
    );
  });
});
