import { formatId } from '../../libs/domain/src/ids.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { EventStore } from '../../libs/store/src/event.store.js';
import { DeliveryStore } from '../../libs/store/src/delivery.store.js';
import { SubscriptionStore } from '../../libs/store/src/subscription.store.js';
import { type Answer, operator, type TenantApi } from '../support/api.js';
import { expectProblem, leavingNoTrace, type Problem } from '../support/refusals.js';
import { connectStore } from '../support/store.js';
import { itStillDelivers, startTarget, type Target, untilQuiet } from './target.js';

const told = ({ status, body }: Answer<Problem>): unknown => ({ ...body, status, requestId: undefined });

/** Ids by the name they have in paths. */
type Ids = Record<'subscription' | 'event' | 'delivery' | 'key' | 'app', string>;

/** Every route that names a thing; bodies are sound, so that nothing but the id can be refused. */
const ROUTES: [string, (ids: Ids) => string, object?][] = [
  ['GET', ({ subscription }) => `/v1/subscriptions/${subscription}`],
  [
    'PUT',
    ({ subscription }) => `/v1/subscriptions/${subscription}`,
    { name: 'n', url: 'https://example.com/', version: { versionNo: '1.0' } },
  ],
  ['PATCH', ({ subscription }) => `/v1/subscriptions/${subscription}`, { enabled: false }],
  ['DELETE', ({ subscription }) => `/v1/subscriptions/${subscription}`],
  ['POST', ({ subscription }) => `/v1/subscriptions/${subscription}/suspend`, { reason: 'x' }],
  ['POST', ({ subscription }) => `/v1/subscriptions/${subscription}/unsuspend`],
  ['POST', ({ subscription }) => `/v1/subscriptions/${subscription}/duplicate`],
  ['POST', ({ subscription }) => `/v1/subscriptions/${subscription}/test`, {}],
  ['GET', ({ subscription }) => `/v1/subscriptions/${subscription}/stats`],
  ['GET', ({ subscription }) => `/v1/subscriptions/${subscription}/secrets`],
  ['POST', ({ subscription }) => `/v1/subscriptions/${subscription}/secrets/rotate`, {}],
  ['GET', ({ event }) => `/v1/events/${event}`],
  ['GET', ({ event }) => `/v1/events/${event}/deliveries`],
  ['GET', ({ event }) => `/v1/events/${event}/explain`],
  ['POST', ({ subscription }) => `/v1/explain?subscription=${subscription}`, { type: 't', data: 1 }],
  ['GET', ({ delivery }) => `/v1/deliveries/${delivery}`],
  ['GET', ({ delivery }) => `/v1/deliveries/${delivery}/attempts`],
  ['POST', ({ delivery }) => `/v1/deliveries/${delivery}/resend`],
  ['POST', ({ delivery }) => `/v1/deliveries/${delivery}/cancel`],
  ['GET', ({ delivery }) => `/v1/diverted/${delivery}`],
  ['POST', ({ delivery }) => `/v1/diverted/${delivery}/resend`],
  ['DELETE', ({ delivery }) => `/v1/diverted/${delivery}`],
  ['GET', ({ key }) => `/v1/keys/${key}`],
  ['DELETE', ({ key }) => `/v1/keys/${key}`],
  ['GET', ({ app }) => `/v1/apps/${app}`],
  ['PATCH', ({ app }) => `/v1/apps/${app}`, { name: 'n' }],
  ['DELETE', ({ app }) => `/v1/apps/${app}`],
  ['GET', ({ app }) => `/v1/apps/${app}/topics/t/event-types`],
  ['POST', ({ app }) => `/v1/apps/${app}/topics/t/event-types`, { eventTypes: [{ name: 'New' }] }],
  ['GET', ({ app }) => `/v1/apps/${app}/topics/t/event-types/Known`],
  ['PUT', ({ app }) => `/v1/apps/${app}/topics/t/event-types/Known`, { description: 'd' }],
  ['DELETE', ({ app }) => `/v1/apps/${app}/topics/t/event-types/Known`],
];

describe('a tenant that reaches for another’s things', () => {
  let target: Target;
  let thief: TenantApi;
  let theirs: Ids;
  let nobodys: Ids;

  beforeAll(async () => {
    target = await startTarget();
    const { tenant, receiver, gateway } = target;
    thief = await operator(gateway.url).tenant('thief');
    receiver.on('/owned', { kind: 'answer', status: 410 });
    const subscription = await tenant.subscribe({ url: `${receiver.url}/owned`, eventTypes: ['owned'] });
    const event = await tenant.publish({ type: 'owned', data: 'secret of the owner' });
    await receiver.waitFor(1);
    await untilQuiet(target);
    const [delivery] = await tenant.deliveriesOf(event.id);
    const { body: app } = await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'a' } });
    await tenant.send('POST', `/v1/apps/${app.id}/topics/t/event-types`, { body: { eventTypes: [{ name: 'Known' }] } });
    const { body: key } = await tenant.send<{ id: string }>('POST', '/v1/keys', { body: { name: 'k', permissions: ['events:list'] } });
    theirs = { subscription: subscription.id, event: event.id, delivery: delivery!.id, key: key.id, app: app.id };
    nobodys = {
      subscription: formatId('sub', newUuid()),
      event: formatId('evt', newUuid()),
      delivery: formatId('dlv', newUuid()),
      key: formatId('key', newUuid()),
      app: `app:${newUuid()}`,
    };
  });

  it.each(
    ROUTES.map(
      ([method, path, body]) =>
        [method, path({ subscription: '{sub}', event: '{evt}', delivery: '{dlv}', key: '{key}', app: '{app}' }), path, body] as const,
    ),
  )('row 53: %s %s → 404 in the words for what nobody has', async (method, _path, pathOf, body) => {
    const ask = (ids: Ids) =>
      leavingNoTrace(target, () => thief.send<Problem>(method, pathOf(ids), { body, headers: { 'if-match': '*' } }));
    const [foreign, missing] = [await ask(theirs), await ask(nobodys)];
    expect(told(foreign)).toEqual(told(missing));
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found']);
    expectProblem(foreign);
  });

  it('row 53: none of it was moved', async () => {
    const { tenant } = target;
    for (const path of [
      `/v1/subscriptions/${theirs.subscription}`,
      `/v1/events/${theirs.event}`,
      `/v1/keys/${theirs.key}`,
      `/v1/apps/${theirs.app}`,
    ])
      expect([path, (await tenant.send('GET', path)).status]).toEqual([path, 200]);
  });

  it('row 53: lists show nothing of it, whatever they are asked for', async () => {
    for (const path of [
      '/v1/events',
      '/v1/deliveries',
      '/v1/diverted',
      '/v1/subscriptions',
      '/v1/apps',
      `/v1/deliveries?subscription=${theirs.subscription}`,
    ]) {
      const { status, body } = await thief.send<{ items: unknown[] }>('GET', path);
      expect([path, status, body.items]).toEqual([path, 200, []]);
    }
  });

  it.each<[string, number, string, (owner: string) => { path: string; body: object }]>([
    [
      'a subscription’s body',
      422,
      'unknown_field',
      (tenantId) => ({ path: '/v1/subscriptions', body: { name: 'n', url: 'https://example.com/', tenantId } }),
    ],
    ['an event’s body', 422, 'invalid', (tenantId) => ({ path: '/v1/events', body: { type: 't', data: 1, tenantId } })],
    ['an app’s body', 422, 'unknown_field', (tenantId) => ({ path: '/v1/apps', body: { name: 'a', tenantId } })],
    [
      'a key’s body',
      403,
      'insufficient_scope',
      (tenantId) => ({ path: '/v1/keys', body: { name: 'k', permissions: ['events:list'], tenantId } }),
    ],
    [
      'a query',
      422,
      'unknown_field',
      (tenantId) => ({ path: `/v1/subscriptions?tenantId=${tenantId}`, body: { name: 'n', url: 'https://example.com/' } }),
    ],
  ])('row 54: another tenant named in %s → %i %s', async (_, status, code, request) => {
    const { path, body } = request(target.tenant.id);
    const answer = await leavingNoTrace(target, () => thief.send<Problem>('POST', path, { body }));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expectProblem(answer);
  });

  it('row 54: another tenant named in a header changes nothing', async () => {
    const headers = { 'x-tenant-id': target.tenant.id, 'x-tenant': 'input', 'tenant-id': target.tenant.id };
    const { body } = await thief.send<{ items: unknown[] }>('GET', '/v1/events', { headers });
    expect(body.items).toEqual([]);
  });

  it('row 54: another tenant named in the path or header of a dialect → 403, 404', async () => {
    const { body } = await operator(target.gateway.url).send<{ uuid: string }>('GET', `/v1/tenants/${target.tenant.id}`);
    const ask = (path: string, headers = {}) => leavingNoTrace(target, () => thief.send('GET', path, { headers }));
    expect((await ask(`/event/${body.uuid}/webhooks/list`)).status).toBe(404);
    expect((await ask('/api/management/projects/input/events/webhooks/subscriptions')).status).toBe(404);
    expect((await ask('/core/api/v1/webhooks/subscriptions', { 'x-coreos-tid': body.uuid })).status).toBe(403);
  });

  it('row 55: a store that is asked for no tenant finds nothing, and changes nothing', async () => {
    const dataSource = await connectStore(target.db.url);
    const nobody = undefined as unknown as string;
    const [{ id: event } = { id: '' }] = await target.db.query<{ id: string }>('SELECT id FROM events');
    const [{ id: delivery } = { id: '' }] = await target.db.query<{ id: string }>('SELECT id FROM deliveries');
    const [{ id: subscription } = { id: '' }] = await target.db.query<{ id: string }>('SELECT id FROM subscriptions');
    const [events, deliveries, subscriptions] = [
      new EventStore(dataSource),
      new DeliveryStore(dataSource),
      new SubscriptionStore(dataSource),
    ];
    const found = async (answer: Promise<unknown>): Promise<unknown> => answer.catch(() => null);
    expect(await found(events.find(nobody, formatId('evt', event)))).toBeNull();
    expect(await found(deliveries.find(nobody, delivery))).toBeNull();
    expect((await found(deliveries.list(nobody, {}, 10, null))) ?? []).toEqual([]);
    expect(await found(subscriptions.find(nobody, subscription))).toBeNull();
  });

  it.each<[string, (ids: Ids) => [string, string, object?]]>([
    ['the deliveries of another’s event', ({ event }) => ['GET', `/v1/events/${event}/deliveries`]],
    ['the secrets of another’s subscription', ({ subscription }) => ['GET', `/v1/subscriptions/${subscription}/secrets`]],
    [
      'one’s own event for another’s subscription',
      ({ subscription }) => ['POST', `/v1/explain?subscription=${subscription}`, { type: 't', data: 1 }],
    ],
    ['an event type of another’s app', ({ app }) => ['GET', `/v1/apps/${app}/topics/t/event-types/Known`]],
  ])('row 57: %s → 404', async (_, request) => {
    const [method, path, body] = request(theirs);
    const answer = await leavingNoTrace(target, () => thief.send<Problem>(method, path, { body }));
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it('row 57: a subscription to, or a key for, another’s app → 422 unknown_app', async () => {
    const { app } = theirs;
    for (const [path, body] of [
      ['/v1/subscriptions', { name: 'n', url: 'https://example.com/', sources: [{ app }] }],
      ['/v1/keys', { name: 'k', permissions: ['events:list'], appId: app }],
    ] as const) {
      const answer = await leavingNoTrace(target, () => thief.send<Problem>('POST', path, { body }));
      expect([path, answer.status, answer.body.code]).toEqual([path, 422, 'unknown_app']);
    }
  });

  itStillDelivers(() => target, /^\/(valid|owned)$/);
});
