import type { Attempt, Delivery, NewEvent, NewSubscription, Page, Subscription } from './api-shapes.js';
import { BOOTSTRAP_KEY } from './test-settings.js';

export interface Answer<T> {
  status: number;
  headers: Headers;
  /** Parsed JSON; the text where it is none; undefined where there is nothing. */
  body: T;
}

export interface RequestOptions {
  headers?: Record<string, string>;
  /** Sent as it is when a string or bytes, else as JSON. */
  body?: unknown;
  signal?: AbortSignal;
}

/** One request with whatever answer it gets, refusals included. */
export type Send = <T>(method: string, path: string, options?: RequestOptions) => Promise<Answer<T>>;

/** A caller with this key; without one, a stranger. */
export function caller(gatewayUrl: string, key?: string): Send {
  return async <T>(method: string, path: string, { headers = {}, body, signal }: RequestOptions = {}): Promise<Answer<T>> => {
    const answer = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : isSentAsItIs(body) ? body : JSON.stringify(body),
      redirect: 'manual',
      ...(signal ? { signal } : {}),
    });
    return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) as T };
  };
}

const isSentAsItIs = (body: unknown): body is string | Buffer<ArrayBuffer> => typeof body === 'string' || Buffer.isBuffer(body);

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The body of an answer with the status that was expected; else an error that shows both. */
async function expecting<T>(status: number, what: string, answer: Promise<Answer<T>>): Promise<T> {
  const got = await answer;
  if (got.status !== status) throw new Error(`${what} answered ${got.status} instead of ${status}: ${JSON.stringify(got.body)}`);
  return got.body;
}

export interface Operator {
  send: Send;
  createTenant(slug: string, name?: string): Promise<{ id: string; slug: string }>;
  createKey(tenantId: string, permissions?: string[]): Promise<{ id: string; key: string }>;
  /** A new tenant and a key of its that may do everything. */
  tenant(slug: string): Promise<TenantApi>;
}

export function operator(gatewayUrl: string, key: string = BOOTSTRAP_KEY): Operator {
  const send = caller(gatewayUrl, key);
  const createTenant: Operator['createTenant'] = (slug, name = slug) =>
    expecting(201, 'POST /v1/tenants', send('POST', '/v1/tenants', { body: { name, slug } }));
  const createKey: Operator['createKey'] = (tenantId, permissions = ['*']) =>
    expecting(201, 'POST /v1/keys', send('POST', '/v1/keys', { body: { tenantId, name: 'test', permissions } }));
  return {
    send,
    createTenant,
    createKey,
    tenant: async (slug) => {
      const { id } = await createTenant(slug);
      return tenantApi(gatewayUrl, id, (await createKey(id)).key);
    },
  };
}

export interface TenantApi {
  id: string;
  key: string;
  send: Send;
  subscribe(subscription: Partial<NewSubscription> & { url: string }): Promise<Subscription & { secret: string }>;
  publish(event: NewEvent, headers?: Record<string, string>): Promise<{ id: string; acceptedAt: string; duplicate: boolean }>;
  delivery(id: string): Promise<Delivery>;
  deliveries(query?: Record<string, string>): Promise<Delivery[]>;
  deliveriesOf(eventId: string): Promise<Delivery[]>;
  attempts(deliveryId: string): Promise<Attempt[]>;
  resend(deliveryId: string): Promise<void>;
  cancel(deliveryId: string): Promise<void>;
}

/** Calls with a tenant's key, each expecting to succeed; `send` is for those that should not. */
export function tenantApi(gatewayUrl: string, id: string, key: string): TenantApi {
  const send = caller(gatewayUrl, key);
  const get = <T>(path: string): Promise<T> => expecting<T>(200, `GET ${path}`, send('GET', path));
  const post = <T>(status: number, path: string, options?: RequestOptions): Promise<T> =>
    expecting<T>(status, `POST ${path}`, send('POST', path, options));
  const itemsOf = async <T>(path: string): Promise<T[]> => (await get<Page<T>>(path)).items;
  return {
    id,
    key,
    send,
    subscribe: (subscription) => post(201, '/v1/subscriptions', { body: { name: 'Test', eventTypes: ['*'], ...subscription } }),
    publish: (event, headers = {}) => post(202, '/v1/events', { body: event, headers }),
    delivery: (deliveryId) => get(`/v1/deliveries/${deliveryId}`),
    deliveries: (query = {}) => itemsOf(`/v1/deliveries?${new URLSearchParams(query)}`),
    deliveriesOf: (eventId) => itemsOf(`/v1/events/${eventId}/deliveries`),
    attempts: (deliveryId) => itemsOf(`/v1/deliveries/${deliveryId}/attempts`),
    resend: (deliveryId) => post(202, `/v1/deliveries/${deliveryId}/resend`),
    cancel: (deliveryId) => post(202, `/v1/deliveries/${deliveryId}/cancel`),
  };
}
