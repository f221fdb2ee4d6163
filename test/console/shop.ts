import { caller, operator, type TenantApi, tenantApi } from '../support/api.js';
import type { NewEvent, NewSubscription } from '../support/api-shapes.js';
import type { Behaviour } from '../support/behaviour.js';
import { startDnsServer } from '../support/dns-server.js';
import { eventually } from '../support/eventually.js';
import type { Environment } from '../support/processes.js';
import { lastHour, readReplay, startReplay, tellReplay, untilReplay } from '../support/replays.js';
import { RECEIVER_HOST } from '../support/test-settings.js';
import type { Stage } from '../e2e/stage.js';

/** A shop whose systems hear of its orders: something of everything that the console shows. */
export interface Shop {
  tenant: TenantApi;
  /** Of a replay that was paused, and of an app in the catalog. */
  replayId: string;
  appId: string;
  /** Of the subscription, a delivery that arrived at the second attempt, and its event. */
  subscriptionId: string;
  deliveryId: string;
  eventId: string;
}

const DOMAIN = 'acme-shop.example';

interface Endpoint extends Partial<NewSubscription> {
  name: string;
  path: string;
  behaviour: Behaviour | Behaviour[];
}

const answer = (status: number, delayMs: number, body: object = {}): Behaviour => ({
  kind: 'answer',
  status,
  delayMs,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const OVERLOADED = answer(503, 40, { error: 'overloaded', retryAfter: 30 });
const soon = { retry: { kind: 'fixed', delaySeconds: 0.1, maxAttempts: 3 } } as const;
const later = { retry: { kind: 'fixed', delaySeconds: 900, maxAttempts: 5 } } as const;

const ENDPOINTS: Endpoint[] = [
  { name: 'Orders to ERP', path: '/orders', eventTypes: ['order.*'], behaviour: answer(200, 35, { accepted: true }) },
  {
    name: 'Fraud desk',
    path: '/checks',
    eventTypes: ['order.placed'],
    filter: { '>': [{ var: 'data.total' }, 1_000] },
    behaviour: answer(202, 90),
  },
  { name: 'Warehouse pick list', path: '/picks', eventTypes: ['order.paid'], behaviour: answer(200, 60) },
  {
    name: 'Loyalty points',
    path: '/points',
    eventTypes: ['customer.*'],
    failureHandling: soon,
    behaviour: [OVERLOADED, answer(200, 120, { points: 12 })],
  },
  { name: 'Carrier labels', path: '/labels', eventTypes: ['shipment.*'], failureHandling: later, behaviour: OVERLOADED },
  {
    name: 'Bookkeeping',
    path: '/invoices',
    eventTypes: ['invoice.*'],
    failureHandling: { retry: null, divert: true },
    behaviour: answer(422, 25, { error: 'unknown tax code' }),
  },
  { name: 'Partner feed', path: '/feed', eventTypes: ['product.*'], failureHandling: { retry: null }, behaviour: { kind: 'reset' } },
];

const order = (type: string, id: string, data: object): NewEvent => ({ type, topic: 'orders', resource: { type: 'order', id }, data });
const thing = (kind: string, what: string, id: string, data: object): NewEvent => ({
  type: `${kind}.${what}`,
  resource: { type: kind, id },
  data,
});

const EVENTS: NewEvent[] = ['10481', '10482', '10483', '10484'].flatMap((id, nth) => [
  order('order.placed', id, { total: 480 + 390 * nth, currency: 'EUR', lines: 1 + nth }),
  order('order.paid', id, { method: 'card' }),
  thing('shipment', 'booked', `S-${id}`, { order: id, carrier: 'DPX' }),
  thing('invoice', 'issued', `I-${id}`, { order: id, taxCode: 'X9' }),
  thing('product', 'sold-out', `P-${200 + nth}`, { warehouse: 'north' }),
]);
const NEWEST: NewEvent[] = [
  thing('customer', 'registered', 'C-7720', { name: 'Ada Example', newsletter: true }),
  order('order.placed', '10485', { total: 64, currency: 'EUR', lines: 2 }),
];

const hostOf = ({ path }: Endpoint): string => `${path.slice(1)}.${DOMAIN}`;

/** The shop's host names lead to the receiver of the stage. */
export async function shopNames(): Promise<Environment> {
  const names = await startDnsServer();
  for (const host of [DOMAIN, ...ENDPOINTS.map(hostOf)]) names.on(host, [RECEIVER_HOST]);
  return { DNS_SERVERS: names.address };
}

export async function openShop(stage: Stage): Promise<Shop> {
  const tenant = await signUp(stage);
  const appId = await registerApp(tenant);
  const ids = new Map<string, string>();
  for (const endpoint of ENDPOINTS) ids.set(endpoint.name, await connect(stage, tenant, endpoint));
  const { id: newsletter } = await tenant.subscribe({
    name: 'Newsletter tool',
    url: `https://news.${DOMAIN}/in`,
    eventTypes: ['customer.*'],
  });
  await tenant.send('POST', `/v1/subscriptions/${newsletter}/suspend`, { body: { reason: 'contract ended in October' } });
  await tellStock(stage, tenant);
  await fillLastDay(stage);
  let eventId = '';
  for (const event of [...EVENTS, ...NEWEST]) {
    const { id } = await tenant.publish(event);
    if (event === NEWEST[0]) eventId = id;
  }
  await untilTried(stage);
  const replayId = await replay(tenant);
  const [delivered] = await tenant.deliveries({ subscription: ids.get('Loyalty points')!, state: 'delivered' });
  return { tenant, appId, replayId, eventId, subscriptionId: ids.get('Orders to ERP')!, deliveryId: delivered!.id };
}

async function signUp({ gateway }: Stage): Promise<TenantApi> {
  const owner = operator(gateway.url);
  for (const name of ['Globex', 'Initech']) await owner.createTenant(name.toLowerCase(), name);
  const { id } = await owner.createTenant('acme-shop', 'Acme Shop');
  const { body } = await owner.send<{ key: string }>('POST', '/v1/keys', {
    body: { tenantId: id, name: 'operations', permissions: ['*'] },
  });
  const keys = [
    { name: 'checkout service', permissions: ['publisher'] },
    { name: 'support desk', permissions: ['viewer'] },
    { name: 'contractor', permissions: ['viewer'], expiresAt: '2031-01-01T00:00:00Z' },
  ];
  for (const key of keys) await caller(gateway.url, body.key)('POST', '/v1/keys', { body: key });
  return tenantApi(gateway.url, id, body.key);
}

async function registerApp({ send }: TenantApi): Promise<string> {
  await send('POST', '/v1/apps', { body: { name: 'Warehouse' } });
  const { body } = await send<{ id: string }>('POST', '/v1/apps', { body: { name: 'Checkout', permissions: ['read-orders'] } });
  const eventTypes = [
    { name: 'OrderPlaced', eventType: 'order.placed', description: 'A customer has placed an order.', example: { total: 64, lines: 2 } },
    { name: 'OrderPaid', eventType: 'order.paid', description: 'The payment of an order has arrived.', example: { method: 'card' } },
  ];
  await send('POST', `/v1/apps/${body.id}/topics/orders/event-types`, { body: { eventTypes } });
  return body.id;
}

async function connect({ receiver }: Stage, tenant: TenantApi, endpoint: Endpoint): Promise<string> {
  const { path, behaviour, ...subscription } = endpoint;
  receiver.on(path, behaviour);
  const url = `http://${hostOf(endpoint)}:${new URL(receiver.url).port}${path}`;
  return (await tenant.subscribe({ ...subscription, url })).id;
}

/** A subscription whose callback is not taken. */
async function tellStock({ receiver }: Stage, tenant: TenantApi): Promise<void> {
  receiver.on('/stock-log', OVERLOADED);
  const { port } = new URL(receiver.url);
  const at = (path: string) => `http://${DOMAIN}:${port}${path}`;
  await tenant.subscribe({ name: 'Stock', url: at('/stock'), eventTypes: ['product.*'], callback: { url: at('/stock-log') } });
}

/** Figures of a day, with its ups and downs. */
const fillLastDay = ({ database }: Stage): Promise<unknown> =>
  database.query(
    `INSERT INTO rollups SELECT t.id, '00000000-0000-0000-0000-000000000000', date_trunc('minute', now()) - i * interval '1 minute',
       60 + 40 * sin(i / 120.0) + i % 7, 80 + 50 * sin(i / 120.0) + i % 7, 78 + 48 * sin(i / 120.0) + i % 7, i % 3, (i % 11) / 9, 0, 0, 0,
       ARRAY[0, 0, 0, 0, 0, 5, 9, 20, 30, 22, 11, 6, 4, 3 + i % 5, 2, 1], ARRAY[0, 0, 0, 0, 0, 1, 4, 10, 18, 20, 16, 9, 6, 4, 4, 3, 1 + i % 4, i % 3]
     FROM tenants t, generate_series(2, 1440) i WHERE t.slug = 'acme-shop'`,
  );

/** Every event is fanned out and every delivery was tried; those that have an end have come to it. */
const untilTried = ({ database }: Stage): Promise<void> =>
  eventually(
    async () => {
      const [open] = await database.query(
        `SELECT (SELECT count(*)::int FROM event_outbox) AS waiting,
                (SELECT count(*)::int FROM deliveries WHERE ended_at IS NULL AND due_at < now() + interval '1 minute') AS open`,
      );
      expect(open).toEqual({ waiting: 0, open: 0 });
    },
    { timeoutMs: 30_000, what: 'the deliveries of the shop' },
  );

/** One replay that has ended, and one that was paused on its way. */
async function replay(tenant: TenantApi): Promise<string> {
  const ask = (eventTypes: string[], ratePerSecond: number) =>
    startReplay(tenant, { mode: 'failed', ...lastHour(), filter: { eventTypes }, ratePerSecond });
  await untilReplay(tenant, await ask(['product.*'], 50), { state: 'done' });
  const second = await ask(['product.*', 'invoice.*'], 2);
  await eventually(async () => expect((await readReplay(tenant, second)).processed).toBeGreaterThan(1));
  await tellReplay(tenant, second, 'pause');
  return second.id;
}
