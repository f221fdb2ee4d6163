import type { Answer } from '../support/api.js';
import { caller, operator, tenantApi, type TenantApi } from '../support/api.js';
import type { Stage } from '../e2e/stage.js';

export interface Webhook {
  locator: string;
  name: string;
  enabled: boolean;
  endpoint: { hmacEnabled?: boolean; secret?: string; secureSsl?: boolean; tag?: string; url: string; headers: Record<string, string[]> };
  failureHandling: Record<string, unknown> & { triggers: string[] };
  suspended: boolean;
  suspendedAt: string | null;
  eventTypes: string[];
}

export interface Diverted {
  eventLocator: string;
  requestLocator: string;
  failureMessage: string;
  failureTimestamp: string;
  failureTrigger: string;
}

export interface SocotraError {
  error: string;
  message: string;
  details?: { path: string; code: string }[];
  requestId: string;
}

/** A tenant as Socotra's clients see it. */
export interface SocotraTenant {
  /** uuid */
  locator: string;
  native: TenantApi;
  /** With a path below `/event/{tenantLocator}`. */
  send<T = Webhook>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  /** The same with a key of these permissions. */
  withPermissions(...permissions: string[]): Promise<SocotraTenant['send']>;
  create(webhook: object): Promise<Webhook>;
  patch(locator: string, changes: object): Promise<Webhook>;
  fetch(locator: string): Promise<Webhook>;
}

export async function socotraTenant(stage: Stage, slug: string, profile?: 'insuranceSuite' | 'enterpriseCore'): Promise<SocotraTenant> {
  const admin = operator(stage.gateway.url);
  const made = await admin.send<{ id: string; uuid: string }>('POST', '/v1/tenants', {
    body: { name: slug, slug, settings: profile ? { socotraProfile: profile } : {} },
  });
  const { id, uuid } = made.body;
  const sendAs = (key: string): SocotraTenant['send'] => {
    const send = caller(stage.gateway.url, key);
    return (method, path, body) => send(method, `/event/${uuid}${path}`, body === undefined ? {} : { body });
  };
  const { key } = await admin.createKey(id);
  const send = sendAs(key);
  const ok = async (answer: Promise<Answer<Webhook>>): Promise<Webhook> => {
    const { status, body } = await answer;
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  };
  return {
    locator: uuid,
    native: tenantApi(stage.gateway.url, id, key),
    send,
    withPermissions: async (...permissions) => sendAs((await admin.createKey(id, permissions)).key),
    create: (webhook) => ok(send('POST', '/webhooks', webhook)),
    patch: (locator, changes) => ok(send('PATCH', `/webhooks/${locator}`, changes)),
    fetch: (locator) => ok(send('GET', `/webhooks/${locator}`)),
  };
}

export const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
/** A locator that nobody has. */
export const UNKNOWN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
/** The documented failure handling, word for word. */
export const DEFAULTS = { triggers: ['4xx', '5xx', 'timeout'], divert: false, suspend: false };

interface Parts {
  endpoint?: object;
  failureHandling?: object;
  enabled?: boolean;
}

/** A webhook for one event type, `policy.<name>`, to one path of the receiver, `/<name>`. */
export const webhookFor = ({ receiver }: Stage, name: string, more: Parts = {}) => ({
  name,
  enabled: true,
  eventTypes: [`policy.${name}`],
  failureHandling: {},
  ...more,
  endpoint: { url: `${receiver.url}/${name}`, ...more.endpoint },
});

/** Status, code and first faulty member of a refusal, whose shape is checked. */
export async function refusalOf(
  tenant: SocotraTenant,
  method: string,
  path: string,
  body?: unknown,
): Promise<[number, string, string | undefined]> {
  const { status, body: error } = await tenant.send<SocotraError>(method, path, body);
  expect(Object.keys(error).sort()).toEqual([...(error.details ? ['details'] : []), 'error', 'message', 'requestId']);
  return [status, error.error, error.details?.[0]?.path];
}
