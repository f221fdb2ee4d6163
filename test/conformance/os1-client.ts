import { type Answer, caller, operator, tenantApi, type TenantApi } from '../support/api.js';

/** Where OS1's API is. */
const BASE = '/core/api/v1/webhooks';

/** What every refusal looks like there. */
export interface Os1Error {
  error: { code: string; description: string; additionalInfo: { errorTrace: { path: string; code: string; message: string }[] } };
  request: { uri: string; method: string; queryString: string; body: unknown };
}

interface SubscriptionItem {
  id: string;
  description: string | null;
  topic: string;
  eventAppId: string | null;
  isActive: boolean;
  customAttr: boolean;
}

/** The members of any answer's `data`; each call has some of them. */
export interface Os1Data extends Partial<SubscriptionItem> {
  name?: string;
  permissions?: string[];
  events?: Record<string, unknown>[] | string[];
  webhook?: Record<string, unknown>;
  subscriptions?: SubscriptionItem[];
  meta?: { nextPage: string | null; hasNextPage: boolean };
}

export type Os1Answer = Answer<{ data: Os1Data } & Os1Error>;

/** A client of OS1's webhooks service, with its key in OS1's own header, and the native API beside it. */
export interface Os1Client {
  keyId: string;
  native: TenantApi;
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Os1Answer>;
}

export interface Os1KeyOptions {
  name?: string;
  permissions?: string[];
  appPermissions?: string[];
  appId?: string;
}

/** A new key of the tenant and its client. */
export async function os1Client(gatewayUrl: string, tenantId: string, options: Os1KeyOptions = {}): Promise<Os1Client> {
  const body = { tenantId, name: 'listing name', permissions: ['*'], ...options };
  const { status, body: key } = await operator(gatewayUrl).send<{ id: string; key: string }>('POST', '/v1/keys', { body });
  if (status !== 201) throw new Error(`POST /v1/keys answered ${status}: ${JSON.stringify(key)}`);
  return {
    keyId: key.id,
    native: tenantApi(gatewayUrl, tenantId, key.key),
    call: (method, path, given, headers = {}) => callOs1(gatewayUrl, method, path, given, { 'x-coreos-access': key.key, ...headers }),
  };
}

/** One call with these headers and no other credential. */
export const callOs1 = (
  gatewayUrl: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Os1Answer> => caller(gatewayUrl)(method, `${BASE}${path}`, { body, headers });

/** The two events of the document's registerEvents, spelled as OS1 spells names. */
export const DOCUMENT_EVENTS = {
  getApiPath: '/app/api/v2/users/{userId}',
  events: [
    {
      name: 'UserCreated',
      description: 'when a new user is created',
      eventType: 'UserCreatedEvent',
      filterLogic: { '===': ['$eventType', 'UserCreatedEvent'] },
      type: 'users',
    },
    {
      name: 'UserUpdated',
      description: 'when user data is updated',
      eventType: 'UserUpdatedEvent',
      filterLogic: { '===': ['$eventType', 'UserUpdatedEvent'] },
      type: 'users',
    },
  ],
};

/** A publisher with an app that asks for `get-user-details`. */
export async function os1Publisher(
  gatewayUrl: string,
  tenantId: string,
  permissions = ['get-user-details'],
): Promise<Os1Client & { appId: string }> {
  const client = await os1Client(gatewayUrl, tenantId, { name: 'publisher' });
  const { body } = await client.call('POST', '/apps', { permissions });
  return { ...client, appId: body.data.id! };
}

/** Base64 of 32 bytes. */
export const SIGNATURE_KEY = Buffer.alloc(32, 5).toString('base64');
