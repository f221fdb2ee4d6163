import { Webhook } from 'standardwebhooks';
import type { Delivery, NewSubscription, Subscription } from '../support/api-shapes.js';
import { operator, type TenantApi } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type AppProcess, type Environment, startDispatcher, startGateway } from '../support/processes.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.js';

/** The whole product as processes, with one tenant on it and one receiver beside it. */
export interface Stage {
  gateway: AppProcess;
  dispatchers: AppProcess[];
  database: TestDatabase;
  receiver: Receiver;
  tenant: TenantApi;
}

export interface StageOptions {
  dispatchers?: number;
  /** Beside the database; the queue runs in Postgres unless there is a REDIS_URL. */
  env?: Environment;
}

export async function startStage({ dispatchers = 1, env = {} }: StageOptions = {}): Promise<Stage> {
  const database = await createTestDatabase();
  const settings = { DATABASE_URL: database.url, SWEEP_INTERVAL_MS: '100', OUTBOX_GRACE_MS: '200', ...env };
  const [gateway, receiver, ...running] = await Promise.all([
    startGateway(settings),
    startReceiver(),
    ...Array.from({ length: dispatchers }, () => startDispatcher(settings)),
  ]);
  return { gateway, dispatchers: running, database, receiver, tenant: await operator(gateway.url).tenant('stage') };
}

/** The delivery of an event to a subscription, or undefined while (or because) there is none. */
export async function deliveryOf(tenant: TenantApi, eventId: string, subscriptionId?: string): Promise<Delivery | undefined> {
  const deliveries = await tenant.deliveriesOf(eventId);
  return deliveries.find((delivery) => subscriptionId === undefined || delivery.subscriptionId === subscriptionId);
}

/** Waits until the delivery of an event (to a subscription) is as expected, and returns it. */
export const untilDelivery = (
  tenant: TenantApi,
  eventId: string,
  expected: Partial<Delivery>,
  subscriptionId?: string,
): Promise<Delivery> =>
  eventually(async () => {
    const delivery = await deliveryOf(tenant, eventId, subscriptionId);
    expect(delivery).toMatchObject(expected);
    return delivery!;
  });

/** Waits until it has been decided of every event who gets it. */
export const untilFannedOut = (database: TestDatabase): Promise<void> =>
  eventually(async () => expect(await database.query('SELECT event_id FROM event_outbox')).toEqual([]));

/** Waits until every event has been fanned out and every delivery has ended: from then on nothing is sent. */
export const untilAllEnded = (database: TestDatabase, timeoutMs = 30_000): Promise<void> =>
  eventually(
    async () => {
      const [left] = await database.query(
        `SELECT (SELECT count(*)::int FROM event_outbox) AS waiting, (SELECT count(*)::int FROM deliveries WHERE ended_at IS NULL) AS open`,
      );
      expect(left).toEqual({ waiting: 0, open: 0 });
    },
    { timeoutMs, what: 'all deliveries to end' },
  );

export async function patch(tenant: TenantApi, { id }: Subscription, changes: Partial<NewSubscription>): Promise<Subscription> {
  const { status, body } = await tenant.send<Subscription>('PATCH', `/v1/subscriptions/${id}`, {
    body: changes,
    headers: { 'if-match': '*' },
  });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

export const readSubscription = async (tenant: TenantApi, { id }: { id: string }): Promise<Subscription> =>
  (await tenant.send<Subscription>('GET', `/v1/subscriptions/${id}`)).body;

/** Asks the official library of Standard Webhooks. */
export function isSignedWith(secret: string, { body, headers }: Pick<ReceivedRequest, 'body' | 'headers'>): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/** A switch to open by hand: what waits for `opened` goes on when `open` is called. */
export function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
