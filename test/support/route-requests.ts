import { formatId, ulidOf, uuidOf } from '../../libs/domain/src/ids.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { type Answer, caller, type Operator, type Send } from './api.js';
import type { TestDatabase } from './database.js';
import { lastHour } from './replays.js';
import { insertDelivery, insertExpunge, insertReplay } from './rows.js';

/** The ids that requests name things by: a tenant's own, or ones that nobody has. */
export interface Ids {
  /** Of the tenant, as paths have it: never a stranger's to choose. */
  tenantUuid: string;
  slug: string;
  tenant: string;
  key: string;
  audit: string;
  app: string;
  eventType: string;
  os1App: string;
  subscription: string;
  event: string;
  delivery: string;
  diverted: string;
  replay: string;
  expunge: string;
  hook: string;
  hookEvent: string;
  hookEventUuid: string;
  webhook: string;
  webhookEvent: string;
  webhookRequest: string;
  os1Subscription: string;
  contensisId: string;
}

export interface RouteRequest {
  /** The path's parameters. */
  params?: Record<string, string>;
  /** What a list is asked for; without it the route is refused. */
  query?: Record<string, string>;
  body?: unknown;
}

const TYPES = '/v1/apps/{app}/topics/{topic}/event-types';
const OS1 = '/core/api/v1/webhooks';
const HOOKS = '/api/v1/oms/hooks';
const SOCOTRA = '/event/{tenantLocator}';
const CONTENSIS = '/api/management/projects/{projectId}/events/webhooks/subscriptions';

const URL = 'https://example.com/';
const SUBSCRIPTION = { name: 'n', url: URL };
const HOOK = { target_url: URL, event_type: 'oms.order.created' };
const RESOURCE = { type: 'order', id: '42' };
const WEBHOOK = { name: 'n', enabled: true, eventTypes: ['a.b'], failureHandling: {}, endpoint: { url: URL } };
const OS1_EVENTS = { events: [{ name: 'UserCreated', description: 'd', eventType: 'UserCreatedEvent', type: 'users' }] };
const OS1_SUBSCRIPTION = {
  topic: 'participant',
  events: ['UserCreated'],
  webhook: { url: URL, signatureKey: Buffer.alloc(32, 5).toString('base64') },
};
const CONTENSIS_WEBHOOK = { name: { 'en-GB': 'n' }, url: URL, topics: [{ resourceType: 'entry', event: ['updated'] }] };
const unique = (): string => `x${ulidOf(newUuid()).toLowerCase()}`;

/** A sound request of every route there is, by its name. */
export const ROUTE_REQUESTS: Record<string, (ids: Ids) => RouteRequest> = {
  'POST /v1/tenants': () => ({ body: { name: 'n', slug: unique() } }),
  'GET /v1/tenants': () => ({}),
  'GET /v1/tenants/{id}': ({ tenant }) => ({ params: { id: tenant } }),
  'PATCH /v1/tenants/{id}': ({ tenant }) => ({ params: { id: tenant }, body: { name: 'n' } }),
  'POST /v1/keys': () => ({ body: { name: 'n', permissions: ['events:list'] } }),
  'GET /v1/keys': () => ({}),
  'GET /v1/keys/{id}': ({ key }) => ({ params: { id: key } }),
  'DELETE /v1/keys/{id}': ({ key }) => ({ params: { id: key } }),
  'GET /v1/audit': () => ({}),
  'GET /v1/audit/{id}': ({ audit }) => ({ params: { id: audit } }),
  'POST /v1/events': () => ({ body: { type: 't', data: {} } }),
  'POST /v1/events/batch': () => ({ body: { events: [{ type: 't', data: {} }] } }),
  'GET /v1/events': () => ({}),
  'GET /v1/events/{id}': ({ event }) => ({ params: { id: event } }),
  'GET /v1/events/{id}/deliveries': ({ event }) => ({ params: { id: event } }),
  'POST /v1/events/{id}/expunge': ({ event }) => ({ params: { id: event } }),
  'POST /v1/expunges': () => ({ body: { resource: RESOURCE } }),
  'GET /v1/expunges': () => ({}),
  'GET /v1/expunges/{id}': ({ expunge }) => ({ params: { id: expunge } }),
  'GET /v1/events/{id}/explain': ({ event }) => ({ params: { id: event } }),
  'POST /v1/explain': () => ({ body: { type: 't', data: {} } }),
  'POST /v1/apps': () => ({ body: { name: 'n' } }),
  'GET /v1/apps': () => ({}),
  'GET /v1/apps/{id}': ({ app }) => ({ params: { id: app } }),
  'GET /v1/apps/{id}/topics': ({ app }) => ({ params: { id: app } }),
  'PATCH /v1/apps/{id}': ({ app }) => ({ params: { id: app }, body: { name: 'n' } }),
  'DELETE /v1/apps/{id}': ({ app }) => ({ params: { id: app } }),
  [`POST ${TYPES}`]: ({ app }) => ({ params: { app, topic: 'users' }, body: { eventTypes: [{ name: 'New' }] } }),
  [`GET ${TYPES}`]: ({ app }) => ({ params: { app, topic: 'users' } }),
  [`POST ${TYPES}/bulk-delete`]: ({ app, eventType }) => ({ params: { app, topic: 'users' }, body: { names: [eventType] } }),
  [`GET ${TYPES}/{name}`]: ({ app, eventType }) => ({ params: { app, topic: 'users', name: eventType } }),
  [`PUT ${TYPES}/{name}`]: ({ app, eventType }) => ({ params: { app, topic: 'users', name: eventType }, body: { description: 'd' } }),
  [`PATCH ${TYPES}/{name}`]: ({ app, eventType }) => ({ params: { app, topic: 'users', name: eventType }, body: { description: 'd' } }),
  [`DELETE ${TYPES}/{name}`]: ({ app, eventType }) => ({ params: { app, topic: 'users', name: eventType } }),
  'POST /v1/subscriptions': () => ({ body: SUBSCRIPTION }),
  'GET /v1/subscriptions': () => ({}),
  'POST /v1/subscriptions/preview': () => ({ body: { subscription: SUBSCRIPTION, event: { type: 't', data: {} } } }),
  ...ofSubscription('GET', ''),
  ...ofSubscription('PUT', '', { ...SUBSCRIPTION, version: { versionNo: '1.0' } }),
  ...ofSubscription('PATCH', '', { enabled: false }),
  ...ofSubscription('DELETE', ''),
  ...ofSubscription('POST', '/suspend', {}),
  ...ofSubscription('POST', '/unsuspend'),
  ...ofSubscription('POST', '/duplicate'),
  ...ofSubscription('POST', '/test', {}),
  'GET /v1/subscriptions/stats': ({ subscription }) => ({ query: { ids: subscription } }),
  ...ofSubscription('GET', '/stats'),
  ...ofSubscription('GET', '/stats/series'),
  ...ofSubscription('GET', '/endpoint-check'),
  ...ofSubscription('POST', '/endpoint-check'),
  ...ofSubscription('GET', '/secrets'),
  ...ofSubscription('POST', '/secrets/rotate', {}),
  'GET /v1/deliveries': () => ({}),
  'GET /v1/deliveries/{id}/body': ({ delivery }) => ({ params: { id: delivery } }),
  'GET /v1/deliveries/{id}': ({ delivery }) => ({ params: { id: delivery } }),
  'GET /v1/deliveries/{id}/attempts': ({ delivery }) => ({ params: { id: delivery } }),
  'POST /v1/deliveries/{id}/resend': ({ delivery }) => ({ params: { id: delivery } }),
  'POST /v1/deliveries/{id}/cancel': ({ delivery }) => ({ params: { id: delivery } }),
  'GET /v1/diverted': () => ({}),
  'GET /v1/diverted/{id}': ({ diverted }) => ({ params: { id: diverted } }),
  'DELETE /v1/diverted/{id}': ({ diverted }) => ({ params: { id: diverted } }),
  'POST /v1/diverted/{id}/resend': ({ diverted }) => ({ params: { id: diverted } }),
  'GET /v1/outbound-requests': () => ({}),
  'GET /v1/stats/overview': () => ({}),
  'POST /v1/replays': () => ({ body: { mode: 'failed', ...lastHour() } }),
  'GET /v1/replays': () => ({}),
  'GET /v1/replays/{id}': ({ replay }) => ({ params: { id: replay } }),
  'POST /v1/replays/{id}/cancel': ({ replay }) => ({ params: { id: replay } }),
  'POST /v1/replays/{id}/pause': ({ replay }) => ({ params: { id: replay } }),
  'POST /v1/replays/{id}/resume': ({ replay }) => ({ params: { id: replay } }),
  'GET /api/v1/oms/oms_hook_events': () => ({}),
  'GET /api/v1/oms/oms_hook_events/{pk}': ({ hookEvent }) => ({ params: { pk: hookEvent } }),
  'POST /api/v1/oms/oms_hook_events/publish-event': ({ hook }) => ({
    body: { hook, instance: { pk: RESOURCE.id, model: RESOURCE.type } },
  }),
  'POST /api/v1/oms/oms_hook_events/resend-event': ({ hookEventUuid }) => ({ body: { event: hookEventUuid } }),
  [`POST ${HOOKS}`]: () => ({ body: { ...HOOK, event_type: unique() } }),
  [`GET ${HOOKS}`]: () => ({}),
  [`GET ${HOOKS}/registry`]: () => ({}),
  [`GET ${HOOKS}/{pk}`]: ({ hook }) => ({ params: { pk: hook } }),
  [`PUT ${HOOKS}/{pk}`]: ({ hook }) => ({ params: { pk: hook }, body: HOOK }),
  [`PATCH ${HOOKS}/{pk}`]: ({ hook }) => ({ params: { pk: hook }, body: { is_active: false } }),
  [`DELETE ${HOOKS}/{pk}`]: ({ hook }) => ({ params: { pk: hook } }),
  ...ofSocotra('POST', '/webhooks', () => ({}), WEBHOOK),
  ...ofSocotra('GET', '/webhooks/list'),
  ...ofSocotra('GET', '/webhooks/{webhookLocator}', webhookOf),
  ...ofSocotra('PATCH', '/webhooks/{webhookLocator}', webhookOf, { name: 'other' }),
  ...ofSocotra('DELETE', '/webhooks/{webhookLocator}', webhookOf),
  ...ofSocotra('PATCH', '/webhooks/{webhookLocator}/unsuspend', webhookOf),
  ...ofSocotra('GET', '/webhooks/{webhookLocator}/diverted', webhookOf),
  ...ofSocotra('GET', '/webhooks/{webhookLocator}/diverted/{eventLocator}', divertedOf),
  ...ofSocotra('DELETE', '/webhooks/{webhookLocator}/diverted/{eventLocator}', divertedOf),
  ...ofSocotra('POST', '/webhooks/{webhookLocator}/diverted/{eventLocator}/resend', divertedOf),
  ...ofSocotra('GET', '/events/list'),
  ...ofSocotra('GET', '/events/request/{requestLocator}', ({ webhookRequest }) => ({ requestLocator: webhookRequest })),
  ...ofSocotra('GET', '/events/{eventLocator}', ({ webhookEvent }) => ({ eventLocator: webhookEvent })),
  [`POST ${OS1}/apps`]: () => ({ body: { permissions: ['a'] } }),
  [`GET ${OS1}/apps`]: () => ({}),
  [`PUT ${OS1}/apps`]: () => ({ body: { permissions: ['b'] } }),
  [`PATCH ${OS1}/apps`]: () => ({ body: { name: 'other' } }),
  [`POST ${OS1}/topics/{topic}/events`]: () => ({ params: { topic: 'entity' }, body: OS1_EVENTS }),
  [`GET ${OS1}/topics/{topic}/events`]: () => ({ params: { topic: 'participant' } }),
  [`PUT ${OS1}/topics/{topic}/events/{eventName}`]: () => ({
    params: { topic: 'participant', eventName: 'UserCreated' },
    body: { events: [{ description: 'e' }] },
  }),
  [`POST ${OS1}/topics/{topic}/events/bulk-delete`]: () => ({ params: { topic: 'participant' }, body: { events: ['UserCreated'] } }),
  [`POST ${OS1}/subscriptions`]: (ids) => ({ body: os1SubscriptionTo(ids) }),
  [`GET ${OS1}/subscriptions`]: () => ({}),
  [`GET ${OS1}/subscriptions/{id}`]: ({ os1Subscription }) => ({ params: { id: os1Subscription } }),
  [`PUT ${OS1}/subscriptions/{id}`]: (ids) => ({ params: { id: ids.os1Subscription }, body: os1SubscriptionTo(ids) }),
  [`PATCH ${OS1}/subscriptions/{id}`]: ({ os1Subscription }) => ({ params: { id: os1Subscription }, body: { isActive: false } }),
  [`DELETE ${OS1}/subscriptions/{id}`]: ({ os1Subscription }) => ({ params: { id: os1Subscription } }),
  ...ofContensis('POST', '', CONTENSIS_WEBHOOK),
  ...ofContensis('GET', ''),
  ...ofContensis('GET', '/{id}'),
  ...ofContensis('PUT', '/{id}', { ...CONTENSIS_WEBHOOK, version: { versionNo: '1.0' } }),
  ...ofContensis('DELETE', '/{id}'),
};

const os1SubscriptionTo = ({ os1App }: Ids) => ({ ...OS1_SUBSCRIPTION, eventAppId: os1App });

type Requests = Record<string, (ids: Ids) => RouteRequest>;

function ofSubscription(method: string, path: string, body?: unknown): Requests {
  return { [`${method} /v1/subscriptions/{id}${path}`]: ({ subscription }) => ({ params: { id: subscription }, body }) };
}

function ofSocotra(method: string, path: string, params: (ids: Ids) => Record<string, string> = () => ({}), body?: unknown): Requests {
  return { [`${method} ${SOCOTRA}${path}`]: (ids) => ({ params: { tenantLocator: ids.tenantUuid, ...params(ids) }, body }) };
}

function webhookOf({ webhook }: Ids): Record<string, string> {
  return { webhookLocator: webhook };
}

function divertedOf({ webhook, webhookEvent }: Ids): Record<string, string> {
  return { webhookLocator: webhook, eventLocator: webhookEvent };
}

function ofContensis(method: string, path: '' | '/{id}', body?: unknown): Requests {
  const idOf = ({ contensisId }: Ids): Record<string, string> => (path === '' ? {} : { id: contensisId });
  return { [`${method} ${CONTENSIS}${path}`]: (ids) => ({ params: { projectId: ids.slug, ...idOf(ids) }, body }) };
}

/** Each dialect's clients carry their key where their documents say. */
export const credential = (path: string, key: string): Record<string, string> => {
  if (path.startsWith('/core/')) return { 'x-coreos-access': key };
  return { authorization: `${path.startsWith('/api/v1/oms/') ? 'Token' : 'Bearer'} ${key}` };
};

/** Ids of the right form that nobody has. */
export const absentIds = (tenant: Pick<Ids, 'tenantUuid' | 'slug'>): Ids => ({
  ...tenant,
  tenant: formatId('ten', newUuid()),
  key: formatId('key', newUuid()),
  audit: formatId('aud', newUuid()),
  app: `app:${newUuid()}`,
  eventType: 'Known',
  os1App: `app:${newUuid()}`,
  subscription: formatId('sub', newUuid()),
  event: formatId('evt', newUuid()),
  delivery: formatId('dlv', newUuid()),
  diverted: formatId('dlv', newUuid()),
  replay: formatId('rpl', newUuid()),
  expunge: formatId('exp', newUuid()),
  hook: '999999999',
  hookEvent: '999999999',
  hookEventUuid: newUuid(),
  webhook: ulidOf(newUuid()),
  webhookEvent: ulidOf(newUuid()),
  webhookRequest: unique(),
  os1Subscription: newUuid(),
  contensisId: newUuid(),
});

/** A tenant's key, by which things are made, and the ids of one of each kind. */
export interface Things {
  key: string;
  ids: Ids;
}

/** One thing of every kind, made by a key of its own: an app of OS1 belongs to a key. */
export async function makeThings(
  gatewayUrl: string,
  db: TestDatabase,
  operators: Operator,
  tenant: Pick<Ids, 'tenantUuid' | 'slug' | 'tenant'>,
): Promise<Things> {
  const post = async <T>(send: Send, path: string, body: unknown, headers = {}): Promise<T> => {
    const { status, body: made }: Answer<T> = await send<T>('POST', path, { body, headers });
    if (status >= 300) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(made)}`);
    return made;
  };
  const { key } = await post<{ key: string }>(operators.send, '/v1/keys', {
    tenantId: tenant.tenant,
    name: 'maker',
    permissions: ['*'],
    appPermissions: ['a'],
  });
  const make = <T>(path: string, body: unknown): Promise<T> => post(caller(gatewayUrl), path, body, credential(path, key));
  const { tenantUuid, slug } = tenant;
  const [app, os1App, spare, native, webhook, hook, contensis, published] = await Promise.all([
    make<{ id: string }>('/v1/apps', { name: 'a' }),
    make<{ data: { id: string } }>(`${OS1}/apps`, { permissions: ['a'] }),
    make<{ id: string }>('/v1/keys', { name: 'spare', permissions: ['events:list'] }),
    make<{ id: string; uuid: string }>('/v1/subscriptions', SUBSCRIPTION),
    make<{ locator: string }>(`/event/${tenantUuid}/webhooks`, WEBHOOK),
    make<{ id: number }>(HOOKS, { ...HOOK, target_url: `${URL}${unique()}` }),
    make<{ id: string }>(CONTENSIS.replace('{projectId}', slug), CONTENSIS_WEBHOOK),
    make<{ id: string }>('/v1/events', { type: HOOK.event_type, data: {}, resource: RESOURCE }),
  ]);
  await make(`/v1/apps/${app.id}/topics/users/event-types`, { eventTypes: [{ name: 'Known' }] });
  await make(`${OS1}/topics/participant/events`, OS1_EVENTS);
  const os1 = await make<{ data: { id: string } }>(`${OS1}/subscriptions`, { ...OS1_SUBSCRIPTION, eventAppId: os1App.data.id });
  const [{ hookUuid }] = (await db.query<{ hookUuid: string }>('SELECT id AS "hookUuid" FROM subscriptions WHERE number = $1', [
    hook.id,
  ])) as [{ hookUuid: string }];
  const deliveryTo = (subscriptionId: string, state: 'failed' | 'diverted') =>
    insertDelivery(db, { tenantId: tenantUuid, subscriptionId }, { state });
  const hookEventUuid = await deliveryTo(hookUuid, 'failed');
  const webhookDelivery = await deliveryTo(uuidOf(webhook.locator)!, 'diverted');
  const [{ number, eventUuid, auditUuid }] = (await db.query<Record<'number' | 'eventUuid' | 'auditUuid', string>>(
    `SELECT (SELECT number FROM deliveries WHERE id = $1), (SELECT event_id FROM deliveries WHERE id = $2) AS "eventUuid",
       (SELECT id FROM audit_entries WHERE object = $3) AS "auditUuid"`,
    [hookEventUuid, webhookDelivery, native.id],
  )) as [Record<'number' | 'eventUuid' | 'auditUuid', string>];
  return {
    key,
    ids: {
      ...tenant,
      os1App: os1App.data.id,
      key: spare.id,
      audit: formatId('aud', auditUuid),
      app: app.id,
      eventType: 'Known',
      subscription: native.id,
      event: published.id,
      delivery: formatId('dlv', await deliveryTo(native.uuid, 'failed')),
      diverted: formatId('dlv', await deliveryTo(native.uuid, 'diverted')),
      replay: formatId('rpl', await insertReplay(db, tenantUuid)),
      expunge: formatId('exp', await insertExpunge(db, tenantUuid)),
      hook: String(hook.id),
      hookEvent: number,
      hookEventUuid,
      webhook: webhook.locator,
      webhookEvent: ulidOf(eventUuid),
      webhookRequest: unique(),
      os1Subscription: os1.data.id,
      contensisId: contensis.id,
    },
  };
}
