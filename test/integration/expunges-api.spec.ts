import { LIMITS } from '../../libs/domain/src/limits.js';
import { caller, operator, type Operator, type TenantApi } from '../support/api.js';
import type { Page } from '../support/api-shapes.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/processes.js';

interface Expunge {
  id: string;
  state: string;
  events: number;
  resource: object | null;
  eventUuid: string | null;
}
interface Problem {
  code: string;
}

/** Without a dispatcher: what is asked for stays asked for. */
describe('expunges, as they are asked for', () => {
  let url: string;
  let operators: Operator;
  let tenant: TenantApi;
  const resource = (id: string) => ({ body: { resource: { type: 'customer', id } } });

  beforeAll(async () => {
    ({ url } = await startGateway({ DATABASE_URL: (await createTestDatabase()).url }));
    operators = operator(url);
    tenant = await operators.tenant('expunging');
  });

  it('need a permission of their own, which events:* does not hold', async () => {
    const { id } = await tenant.publish({ type: 't', data: {} });
    const ask = async (permissions: string[]) => {
      const { key } = await operators.createKey(tenant.id, permissions);
      return (await caller(url, key)('POST', `/v1/events/${id}/expunge`)).status;
    };
    expect(await ask(['events:*', 'deliveries:*'])).toBe(403);
    expect(await ask(['expunges:write'])).toBe(200);
  });

  it('of one event are done when they are answered, dispatcher or not, and once', async () => {
    const { id } = await tenant.publish({ type: 't', data: 'x', id: 'own.id'.replace('.', '-') });
    const first = await tenant.send<Expunge>('POST', `/v1/events/${id}/expunge`);
    const again = await tenant.send<Expunge>('POST', `/v1/events/${id}/expunge`);
    expect([first, again].map(({ status, body }) => [status, body.state, body.events])).toEqual([
      [200, 'done', 1],
      [200, 'done', 0],
    ]);
    expect((await tenant.send<Expunge>('GET', `/v1/expunges/${first.body.id}`)).body).toEqual(first.body);
    const { body: event } = await tenant.send<{ payload: unknown; expungedAt: string; type: string }>('GET', `/v1/events/${id}`);
    expect(event).toMatchObject({ id, type: 't', payload: null, expungedAt: expect.any(String) });
  });

  it('leave the id and the key of what was published taken: a late repeat does not bring it back', async () => {
    const event = { type: 't', data: 'again' };
    const send = () => tenant.publish(event, { 'idempotency-key': 'late' });
    const { id } = await send();
    await tenant.send('POST', `/v1/events/${id}/expunge`);
    expect(await send()).toMatchObject({ id, duplicate: true });
    expect((await tenant.send<{ payload: unknown }>('GET', `/v1/events/${id}`)).body.payload).toBeNull();
  });

  it('of a resource are accepted, listed and shown with how far they have come', async () => {
    const { status, body } = await tenant.send<Expunge>('POST', '/v1/expunges', resource('7'));
    expect([status, body]).toMatchObject([202, { state: 'running', events: 0, eventUuid: null, resource: { type: 'customer', id: '7' } }]);
    const { items } = (await tenant.send<Page<Expunge>>('GET', '/v1/expunges?limit=1')).body;
    expect(items).toEqual([body]);
  });

  it.each([
    [{}, 422],
    [{ resource: null }, 422],
    [{ resource: { type: 'customer' } }, 422],
    [{ resource: { type: '', id: '1' } }, 422],
    [{ resource: { type: 'customer', id: 7 } }, 422],
    [{ resource: { type: 'customer', id: '7', name: 'n' } }, 422],
    [{ resource: { type: 'customer', id: 'x'.repeat(LIMITS.nameChars.max + 1) } }, 422],
    [{ resource: { type: 'customer', id: '7' }, events: [] }, 422],
  ])('are refused for %j', async (body, status) => {
    expect((await tenant.send('POST', '/v1/expunges', { body })).status).toBe(status);
  });

  it('are refused with an event’s explanation: there is nothing left to judge', async () => {
    const { id } = await tenant.publish({ type: 't', data: {} });
    await tenant.send('POST', `/v1/events/${id}/expunge`);
    const { status, body } = await tenant.send<Problem>('GET', `/v1/events/${id}/explain`);
    expect([status, body.code]).toEqual([409, 'event_expunged']);
  });

  it('are no more than there may be at once, for each tenant by itself', async () => {
    const other = await operators.tenant('crowded');
    const { max } = LIMITS.openExpunges;
    for (let i = 0; i < max; i++) expect((await other.send('POST', '/v1/expunges', resource(String(i)))).status).toBe(202);
    const { status, body } = await other.send<Problem>('POST', '/v1/expunges', resource('one more'));
    expect([status, body.code]).toEqual([409, 'quota_exceeded']);
    expect((await tenant.send('POST', '/v1/expunges', resource('8'))).status).toBe(202);
  });
});
