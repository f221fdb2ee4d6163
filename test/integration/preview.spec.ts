import { operator, type TenantApi } from '../support/api.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/processes.js';

interface Previewed {
  matched: boolean;
  verdicts: { check: string; passed: boolean }[];
  request: { method: string; url: string; headers: Record<string, string[]>; body: string };
}
interface Problem {
  code: string;
  errors: { path: string }[];
}

const EVENT = { type: 'order.created', resource: { type: 'order', id: '42' }, data: { state: 'paid' } };
const DRAFT = { name: 'Draft', url: 'https://example.com/{/resource/id}', templates: { '*': { of: '{/data/state}' } } };

describe('a preview of a subscription', () => {
  let tenant: TenantApi;
  let reader: string;

  beforeAll(async () => {
    const operators = operator((await startGateway({ DATABASE_URL: (await createTestDatabase()).url })).url);
    tenant = await operators.tenant('preview');
    reader = (await operators.createKey(tenant.id, ['subscriptions:read'])).key;
  });

  const preview = <T = Previewed>(subscription: object, more: object = {}, headers: Record<string, string> = {}) =>
    tenant.send<T>('POST', '/v1/subscriptions/preview', { body: { subscription, event: EVENT, ...more }, headers });

  it('renders url, headers and body of a draft, masks its secrets and stores nothing', async () => {
    const headers = { 'X-State': '{/data/state}', Authorization: { value: 'Bearer hidden', secret: true } };
    const { status, body } = await preview({ ...DRAFT, headers }, {}, { authorization: `Bearer ${reader}` });
    expect([status, body.matched, body.request.url]).toEqual([200, true, 'https://example.com/42']);
    expect(JSON.parse(body.request.body)).toEqual({ of: 'paid' });
    expect(body.request.headers).toMatchObject({ 'X-State': ['paid'], Authorization: ['***'] });
    expect(JSON.stringify(body)).not.toContain('hidden');
    expect((await tenant.send<{ items: unknown[] }>('GET', '/v1/subscriptions')).body.items).toEqual([]);
    expect((await tenant.send<{ items: unknown[] }>('GET', '/v1/events')).body.items).toEqual([]);
  });

  it('says which check an event fails, and shows the request all the same', async () => {
    const { body } = await preview({ ...DRAFT, filter: { '===': [{ var: 'data.state' }, 'open'] } });
    expect(body.matched).toBe(false);
    expect(body.verdicts.filter(({ passed }) => !passed).map(({ check }) => check)).toEqual(['subscription_filter']);
    expect(body.request.url).toBe('https://example.com/42');
  });

  it('refuses what create refuses, at the place in the draft', async () => {
    const faults = [
      { url: 'ftp://example.com' },
      { eventTypes: ['a..b'] },
      { timeoutMs: 1 },
      { secret: 'whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!' },
    ];
    for (const fault of faults) {
      const created = await tenant.send<Problem>('POST', '/v1/subscriptions', { body: { ...DRAFT, ...fault } });
      const previewed = await preview<Problem>({ ...DRAFT, ...fault });
      expect(created.status).toBe(422);
      expect([previewed.status, previewed.body.code]).toEqual([created.status, created.body.code]);
      expect(previewed.body.errors.map(({ path }) => path)).toEqual(created.body.errors.map(({ path }) => `/subscription${path}`));
    }
    const refused = await preview<Problem>(DRAFT, { event: { type: 'a' } });
    expect([refused.status, refused.body.errors.map(({ path }) => path)]).toEqual([422, ['/event/data']]);
  });

  it('says that a suspended subscription would get nothing', async () => {
    const { id } = await tenant.subscribe(DRAFT);
    await tenant.send('POST', `/v1/subscriptions/${id}/suspend`, { body: {} });
    const { body } = await preview(DRAFT, { subscriptionId: id });
    expect(body.verdicts.filter(({ passed }) => !passed).map(({ check }) => check)).toEqual(['not_suspended']);
  });

  it('takes the secrets that a stored subscription keeps as given, and only for that one', async () => {
    const { id } = await tenant.subscribe({ ...DRAFT, headers: { 'X-Key': { value: 'hidden', secret: true } } });
    const kept = { ...DRAFT, headers: { 'X-Key': { secret: true } } };
    expect((await preview(kept, { subscriptionId: id })).body.request.headers).toMatchObject({ 'X-Key': ['***'] });
    expect((await preview(kept)).status).toBe(422);
  });
});
