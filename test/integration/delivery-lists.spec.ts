import { DELIVERY_STATES } from '../../libs/domain/src/delivery.js';
import { formatId } from '../../libs/domain/src/ids.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { operator, type TenantApi } from '../support/api.js';
import type { Delivery, Page } from '../support/api-shapes.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { walk } from '../support/pages.js';
import { startGateway } from '../support/processes.js';
import { insertDelivery } from '../support/rows.js';

describe('the lists of deliveries', () => {
  let db: TestDatabase;
  let tenant: TenantApi;
  let tenantId: string;
  let subs: { id: string; uuid: string }[];
  let rows: {
    id: string;
    event: string;
    sub: string;
    state: string;
    type: string;
    status: number | null;
    error: string | null;
    resource: string;
  }[];

  beforeAll(async () => {
    db = await createTestDatabase();
    tenant = await operator((await startGateway({ DATABASE_URL: db.url })).url).tenant('lists');
    [{ id: tenantId } = { id: '' }] = await db.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'lists'`);
    subs = [await tenant.subscribe({ url: 'https://example.com/' }), await tenant.subscribe({ url: 'https://example.com/' })];
    rows = [];
    const ends: [number | null, string | null][] = [
      [200, null],
      [404, null],
      [503, null],
      [null, 'timeout_total'],
    ];
    for (let i = 0; i < 28; i++) {
      const event = newUuid();
      const [state, sub, [status, error]] = [DELIVERY_STATES[i % 7]!, subs[i % 2]!, ends[i % 4]!];
      const [type, resource] = [i % 3 ? 'order.created' : 'order.paid', i % 5 ? 'a' : 'b'];
      await db.query(
        `INSERT INTO events (id, tenant_id, type, resource_type, resource_id, occurred_at, raw, data_start, data_end) VALUES ($1, $2, $3, 'order', $4, now(), '{}', 0, 0)`,
        [event, tenantId, type, resource],
      );
      const id = await insertDelivery(db, { tenantId, subscriptionId: sub.uuid, eventId: event }, { state });
      await db.query('UPDATE deliveries SET event_type = $2, last_status = $3, last_error = $4 WHERE id = $1', [id, type, status, error]);
      rows.push({ id: formatId('dlv', id), event: formatId('evt', event), sub: sub.id, state, type, status, error, resource });
    }
  });

  const idsWhere = (holds: (row: (typeof rows)[number]) => boolean): string[] =>
    rows
      .filter(holds)
      .map(({ id }) => id)
      .sort();
  const listed = async (path: string): Promise<string[]> => (await walk(tenant, path)).sort();

  it.each<[string, (row: (typeof rows)[number]) => boolean]>([
    ['', () => true],
    ['state=failed', ({ state }) => state === 'failed'],
    ['state=failed,diverted', ({ state }) => state === 'failed' || state === 'diverted'],
    ['eventType=order.paid', ({ type }) => type === 'order.paid'],
    ['eventType=ORDER.Paid', ({ type }) => type === 'order.paid'],
    ['statusClass=2xx', ({ status }) => status === 200],
    ['statusClass=5xx', ({ status }) => status === 503],
    ['statusClass=3xx', () => false],
    ['error=timeout_total', ({ error }) => error === 'timeout_total'],
    ['resourceId=b', ({ resource }) => resource === 'b'],
    ['resourceType=order', () => true],
    ['resourceType=user', () => false],
    ['from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z', () => true],
    ['to=2020-01-01T00:00:00Z', () => false],
    [
      'state=delivered&statusClass=2xx&eventType=order.created',
      ({ state, status, type }) => state === 'delivered' && status === 200 && type === 'order.created',
    ],
  ])('select what "%s" says, no more and no less, over any number of pages', async (query, holds) => {
    const expected = idsWhere(holds);
    expect(await listed(`/v1/deliveries?limit=3&${query}`)).toEqual(expected);
    expect(await listed(`/v1/deliveries?limit=200&${query}`)).toEqual(expected);
  });

  it('select a subscription’s by either spelling of its id', async () => {
    for (const { id, uuid } of subs) {
      const expected = idsWhere(({ sub }) => sub === id);
      expect(await listed(`/v1/deliveries?subscription=${id}&limit=5`)).toEqual(expected);
      expect(await listed(`/v1/deliveries?subscription=${uuid}&limit=5`)).toEqual(expected);
    }
  });

  it('select an event’s, by its own route', async () => {
    const { id, event } = rows[9]!;
    const { body } = await tenant.send<Page<Delivery>>('GET', `/v1/events/${event}/deliveries`);
    expect(body.items.map((one) => [one.id, one.eventId])).toEqual([[id, event]]);
  });

  it('select the diverted ones as those of their own', async () => {
    expect(await listed('/v1/diverted?limit=2')).toEqual(idsWhere(({ state }) => state === 'diverted'));
    expect(await listed('/v1/diverted?limit=2&statusClass=4xx')).toEqual(
      idsWhere(({ state, status }) => state === 'diverted' && status === 404),
    );
  });

  it('are newest first', async () => {
    // Of one millisecond the ids say nothing.
    expect(await walk(tenant, '/v1/deliveries?limit=5')).toEqual(idsWhere(() => true).reverse());
  });
});
