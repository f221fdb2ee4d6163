import { type Answer, operator, type TenantApi } from '../support/api.js';
import { expectNothingLeaks } from '../support/refusals.js';

/** Fields of a subscription as each dialect spells them. */
export interface DialectFields {
  url?: unknown;
  name?: unknown;
  enabled?: unknown;
  headers?: Record<string, string>;
  eventType?: unknown;
  /** Members that no dialect has. */
  more?: Record<string, unknown>;
}

/** How an attack on the native API's subscriptions is put to a dialect, and what a refusal looks like there. */
export interface Dialect {
  name: 'OS1' | 'Omnitron' | 'Contensis' | 'Socotra';
  /** Where subscriptions are made and listed; `{tenant}` is the tenant's uuid. */
  create: string;
  list: string;
  created: number;
  credential: (key: string) => Record<string, string>;
  /** null where the dialect has no word for one of the fields. */
  body: (fields: DialectFields) => Record<string, unknown> | null;
  /** The dialect's own status for a refusal of the native API. */
  status: (native: number, code: string) => number;
  expectShape: (answer: Answer<unknown>) => void;
}

const sound = { url: 'https://example.com/', name: 'n', enabled: true };
const text = expect.any(String) as string;

/** Faults of a payload's shape, which Contensis tells from those of what it says. */
const SHAPE = new Set(['required', 'invalid_type', 'unknown_field']);

export const DIALECTS: Dialect[] = [
  {
    name: 'OS1',
    create: '/core/api/v1/webhooks/subscriptions',
    list: '/core/api/v1/webhooks/subscriptions',
    created: 201,
    credential: (key) => ({ 'x-coreos-access': key }),
    body: ({ url = sound.url, name = sound.name, enabled = true, headers, eventType = 'UserCreated', more }) =>
      headers
        ? null
        : {
            description: name,
            topic: 'participant',
            events: [eventType],
            isActive: enabled,
            webhook: { url, signatureKey: SIGNATURE_KEY },
            ...more,
          },
    status: (native) => ([401, 403, 404, 409, 429].includes(native) || native >= 500 ? native : 400),
    expectShape: ({ body, headers }) => {
      expect(body).toEqual({
        error: {
          code: expect.stringMatching(/^[a-z_]+$/) as string,
          description: text,
          additionalInfo: { errorTrace: expect.any(Array) as unknown[] },
        },
        request: expect.objectContaining({ uri: text, method: text, queryString: text }) as object,
      });
      expect(headers.get('x-coreos-request-id')).toMatch(/^\S+$/);
    },
  },
  {
    name: 'Omnitron',
    create: '/api/v1/oms/hooks/',
    list: '/api/v1/oms/hooks/',
    created: 201,
    credential: (key) => ({ authorization: `Token ${key}` }),
    body: ({ url = sound.url, name, enabled = true, headers, eventType = 'package.created', more }) =>
      name === undefined
        ? { target_url: url, event_type: eventType, is_active: enabled, ...(headers ? { additional_headers: headers } : {}), ...more }
        : null,
    // It reads a form, as its vendor does, and then says what is wrong with its fields.
    status: (native, code) => (native === 422 || code === 'form' ? 400 : native),
    expectShape: ({ body }) => {
      expect(body).toEqual(expect.any(Object));
      for (const member of Object.values(body as object) as unknown[])
        expect(typeof member === 'string' || typeof member === 'object').toBe(true);
      expect(body).not.toHaveProperty('requestId');
    },
  },
  {
    name: 'Contensis',
    create: '/api/management/projects/input/events/webhooks/subscriptions/',
    list: '/api/management/projects/input/events/webhooks/subscriptions',
    created: 201,
    credential: (key) => ({ authorization: `Bearer ${key}` }),
    body: ({ url = sound.url, name = sound.name, enabled = true, headers, eventType, more }) =>
      eventType === undefined
        ? {
            name,
            url,
            enabled,
            topics: [],
            ...(headers ? { headers: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, { value }])) } : {}),
            ...more,
          }
        : null,
    status: (native, code) => (native === 422 && SHAPE.has(code) ? 400 : native === 412 ? 422 : native),
    expectShape: ({ body }) =>
      expect(body).toEqual({
        logId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
        message: text,
        data: expect.any(Array) as unknown[],
        type: expect.stringMatching(/^[A-Z][A-Za-z]+$/) as string,
      }),
  },
  {
    name: 'Socotra',
    create: '/event/{tenant}/webhooks',
    list: '/event/{tenant}/webhooks/list',
    created: 200,
    credential: (key) => ({ authorization: `Bearer ${key}` }),
    body: ({ url = sound.url, name = sound.name, enabled = true, headers, eventType = 'policy.issue', more }) => ({
      name,
      enabled,
      endpoint: { url, headers: Object.fromEntries(Object.entries(headers ?? {}).map(([header, value]) => [header, [value]])) },
      eventTypes: [eventType],
      ...more,
    }),
    status: (native) => (native === 422 ? 400 : native),
    expectShape: ({ body }) => {
      expect(body).toMatchObject({ error: expect.stringMatching(/^[a-z_]+$/) as string, message: text, requestId: text });
      expect(Object.keys(body as object).filter((name) => !['error', 'message', 'details', 'requestId'].includes(name))).toEqual([]);
    },
  },
];

/** Base64 of 32 bytes. */
const SIGNATURE_KEY = Buffer.alloc(32, 5).toString('base64');

/** A refusal in the dialect's own status and shape, which gives nothing away. */
export function expectDialectRefusal(dialect: Dialect, answer: Answer<unknown>, native: number, code: string): void {
  expect([answer.status, answer.body]).toEqual([dialect.status(native, code), expect.anything()]);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  dialect.expectShape(answer);
  const told = JSON.stringify(answer.body);
  expectNothingLeaks(told);
  expect(told).not.toContain(SIGNATURE_KEY);
}

/** What OS1 asks for before anybody can subscribe: an app, an event under a topic, and a key that holds the app's permission, which is returned. */
export async function prepareOs1(gatewayUrl: string, tenant: TenantApi): Promise<string> {
  const permission = 'get-user-details';
  const headers = { 'x-coreos-access': tenant.key };
  const base = '/core/api/v1/webhooks';
  const app = await tenant.send('POST', `${base}/apps`, { headers, body: { permissions: [permission], name: 'app' } });
  const events = await tenant.send('POST', `${base}/topics/participant/events`, {
    headers,
    body: { events: [{ name: 'UserCreated', description: 'd', eventType: 'UserCreatedEvent', type: 'users', getApiPath: '/u' }] },
  });
  const body = { tenantId: tenant.id, name: 'subscriber', permissions: ['*'], appPermissions: [permission] };
  const key = await operator(gatewayUrl).send<{ key: string }>('POST', '/v1/keys', { body });
  expect([app.status, events.status, key.status]).toEqual([201, 201, 201]);
  return key.body.key;
}
