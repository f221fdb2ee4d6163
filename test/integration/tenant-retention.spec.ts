import { LIMITS } from '../../libs/domain/src/limits.js';
import { operator, type Operator } from '../support/api.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/processes.js';

interface Answered {
  code: string;
  errors: { path: string; code: string }[];
  settings: { retention?: object };
}

const { min, max } = LIMITS.retentionDays;

describe('the retention in a tenant’s settings', () => {
  const operators: Record<number, Operator> = {};
  let id: string;

  const change = (deploymentDays: number, retention: unknown) =>
    operators[deploymentDays]!.send<Answered>('PATCH', `/v1/tenants/${id}`, { body: { settings: { retention } } });
  const faults = async (deploymentDays: number, retention: unknown): Promise<unknown> => {
    const { status, body } = await change(deploymentDays, retention);
    return [status, body.code, ...body.errors.map(({ path }) => path)];
  };

  beforeAll(async () => {
    const { url: DATABASE_URL } = await createTestDatabase();
    for (const days of [30, max]) {
      const gateway = await startGateway({ DATABASE_URL, RETENTION_DAYS: String(days) });
      operators[days] = operator(gateway.url);
    }
    ({ id } = await operators[30]!.createTenant('kept'));
  });

  it('is shown as it was set, replaced as a whole, and is the deployment’s again when it is empty', async () => {
    for (const retention of [{ days: 7, failedDays: 14 }, { days: 3 }, {}]) {
      const { status, body } = await change(30, retention);
      expect([status, body.settings.retention]).toEqual([200, retention]);
    }
  });

  it('may be set when the tenant is made', async () => {
    const make = (slug: string, days: number) =>
      operators[30]!.send<Answered>('POST', '/v1/tenants', { body: { name: 'n', slug, settings: { retention: { days } } } });
    expect((await make('made', 30)).body.settings).toEqual({ retention: { days: 30 } });
    expect((await make('refused', 31)).body.code).toBe('retention_too_long');
  });

  it('may be as long as its limit where the deployment keeps that long, and not a day longer, nor none', async () => {
    for (const days of [min, max]) expect((await change(max, { days, failedDays: max })).status).toBe(200);
    for (const days of [min - 1, max + 1, 1.5, '7', null]) {
      expect((await change(max, { days })).status).toBe(422);
      expect((await change(max, { days: 1, failedDays: days })).status).toBe(422);
    }
  });

  it('is never longer than the deployment’s, whose days are dropped whole', async () => {
    expect((await change(30, { days: 30, failedDays: 30 })).status).toBe(200);
    expect(await faults(30, { days: 31 })).toEqual([422, 'retention_too_long', '/settings/retention/days']);
    expect(await faults(30, { days: 30, failedDays: 31 })).toEqual([422, 'retention_too_long', '/settings/retention/failedDays']);
  });

  it('is refused when its members contradict one another, and nothing of it is stored', async () => {
    await change(30, { days: 5 });
    expect(await faults(30, { failedDays: 7 })).toEqual([422, 'required', '/settings/retention/days']);
    expect(await faults(30, { days: 8, failedDays: 7 })).toEqual([422, 'retention_order', '/settings/retention/failedDays']);
    expect((await change(30, { days: 5, deliveredDays: 4 })).status).toBe(422);
    const { body } = await operators[30]!.send<Answered>('GET', `/v1/tenants/${id}`);
    expect(body.settings).toEqual({ retention: { days: 5 } });
  });

  it('is noted in the audit log by its name', async () => {
    await change(30, { days: 6 });
    const { body } = await operators[30]!.send<{ items: { action: string; changed: string[] }[] }>('GET', `/v1/audit?object=${id}&limit=1`);
    expect(body.items).toMatchObject([{ action: 'tenant.changed', changed: ['settings.retention'] }]);
  });
});
