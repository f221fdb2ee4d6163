import type { RetryPolicy, Subscription } from '../support/api-shapes.js';
import { operator, tenantApi, type TenantApi } from '../support/api.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Ledger } from '../support/ledger.js';
import { type AppProcess, type Environment, startDispatcher, startGateway } from '../support/processes.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

export type Subscribed = Subscription & { secret: string };

export interface Stage {
  env: Environment;
  database: Pick<TestDatabase, 'query'>;
  receiver: Receiver;
  gateway: AppProcess;
  /** Calls through the stage's gateway. */
  tenant: TenantApi;
  ledger: Ledger;
  dispatcher(env?: Environment): Promise<AppProcess>;
  /** A subscription to a path of the receiver; by default to events of the path's name. */
  subscribe(path: string, change?: Partial<Parameters<TenantApi['subscribe']>[0]>): Promise<Subscribed>;
}

/** Quick enough that a recovery takes moments, and the shortest lease there is: a timeout of 1 s and half a second more. */
const QUICK = {
  SWEEP_INTERVAL_MS: '200',
  OUTBOX_GRACE_MS: '200',
  LEASE_SLACK_MS: '500',
  DATABASE_POOL_SIZE: '5',
};
export const TIMEOUT_MS = 1_000;
export const LEASE_MS = TIMEOUT_MS + Number(QUICK.LEASE_SLACK_MS);

/** As many attempts as a fault may cost, a moment apart. */
const AGAIN_SOON: RetryPolicy = { kind: 'schedule', delaysSeconds: [0, 0.2], jitter: 0, maxAttempts: 20 };

export interface StageOptions {
  database?: TestStore;
  env?: Environment;
  /** Of another release, for its gateway. */
  folder?: string;
}

/** A database, a receiver and a gateway with one tenant; the dispatchers are the test's to start. Its settings are `env` over QUICK. */
export async function openStage({ database: given, env: own = {}, folder }: StageOptions = {}): Promise<Stage> {
  const database = given ?? (await createTestDatabase());
  const env = { DATABASE_URL: database.url, ...QUICK, ...own };
  const [receiver, gateway] = await Promise.all([startReceiver(), startGateway(env, folder === undefined ? {} : { folder })]);
  const tenant = await operator(gateway.url).tenant('chaos');
  return {
    env,
    database,
    receiver,
    gateway,
    tenant,
    ledger: new Ledger(database, receiver),
    dispatcher: (change = {}) => startDispatcher({ ...env, ...change }),
    subscribe: (path, change = {}) =>
      tenant.subscribe({
        url: `${receiver.url}/${path}`,
        eventTypes: [path],
        timeoutMs: TIMEOUT_MS,
        failureHandling: { retry: AGAIN_SOON },
        ...change,
      }),
  };
}

/** Somewhere with our schema in it. */
export type TestStore = Pick<TestDatabase, 'query' | 'url'>;

/** The same tenant through another gateway. */
export const through = (gateway: AppProcess, { id, key }: TenantApi): TenantApi => tenantApi(gateway.url, id, key);
