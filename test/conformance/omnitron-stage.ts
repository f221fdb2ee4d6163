import { createHmac } from 'node:crypto';
import { startStage, type Stage } from '../e2e/stage.js';
import { caller, operator, type Send } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import type { ReceivedRequest } from '../support/receiver.js';

export const HOOKS = '/api/v1/oms/hooks/';
export const HOOK_EVENTS = '/api/v1/oms/oms_hook_events/';

/** A user who is no superuser. */
const USER = [
  ...['subscriptions:list', 'subscriptions:read', 'subscriptions:write'],
  ...['deliveries:list', 'deliveries:read', 'deliveries:resend', 'events:publish'],
];

export interface Hook {
  id: number;
  retry_countdown_config: { choice: string; kwargs: Record<string, number | null> };
  target_url: string;
  is_active: boolean;
  secret_key: string | null;
  event_type: string;
  additional_headers: Record<string, string>;
  config: Record<string, unknown>;
}

export interface HookEvent {
  id: number;
  webhook: Hook;
  created_date: string;
  uuid: string;
  request_payload: { event: { type: string; uuid: string }; payload: unknown };
  response_content: string | null;
  response_http_status: number | null;
  delivered: boolean;
  request_datetimes: string[];
  retry_count: number;
  object_id: number | string | null;
  content_type: string | null;
}

export interface Numbered<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

export interface Omnitron extends Stage {
  /** A superuser. */
  oms: Send;
  /** Someone with a key of these permissions. */
  user(permissions?: string[]): Promise<Send>;
  hook(fields: Record<string, unknown> & { event_type: string }, by?: Send): Promise<Hook>;
  /** Publishes an event about a resource through the native API, as the OMS itself would. */
  happen(type: string, pk: number | string, data?: unknown): Promise<void>;
  events(query: Record<string, string>, by?: Send): Promise<HookEvent[]>;
  /** From then on the tenant takes registered event types only, or others too. */
  strict(isStrict: boolean): Promise<void>;
  /** Waits until a hook has this many events, each tried, and returns them. */
  tried(hook: Hook, count?: number): Promise<HookEvent[]>;
}

/** `Authorization: Token …`, as the document has it. */
function tokenCaller(url: string, key: string): Send {
  const send = caller(url);
  return (method, path, options = {}) =>
    send(method, path, { ...options, headers: { accept: 'application/json', authorization: `Token ${key}`, ...options.headers } });
}

export async function startOmnitron(): Promise<Omnitron> {
  const stage = await startStage();
  const { gateway, receiver, tenant } = stage;
  const oms = tokenCaller(gateway.url, tenant.key);
  const events: Omnitron['events'] = async (query, by = oms) => {
    const { status, body } = await by<Numbered<HookEvent>>('GET', `${HOOK_EVENTS}?${new URLSearchParams(query)}`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body.results;
  };
  return {
    ...stage,
    oms,
    user: async (permissions = USER) => tokenCaller(gateway.url, (await operator(gateway.url).createKey(tenant.id, permissions)).key),
    hook: async (fields, by = oms) => {
      const { status, body } = await by<Hook>('POST', HOOKS, { body: { target_url: `${receiver.url}/${fields.event_type}`, ...fields } });
      expect({ status, body }).toMatchObject({ status: 201 });
      return body;
    },
    happen: async (type, pk, data = {}) => {
      await tenant.publish({ type, data, resource: { type: 'package', id: String(pk) } });
    },
    events,
    strict: async (isStrict) => {
      const { status } = await operator(gateway.url).send('PATCH', `/v1/tenants/${tenant.id}`, {
        body: { settings: { strictEventTypes: isStrict } },
      });
      expect(status).toBe(200);
      // The gateway remembers the setting for two seconds at most.
      const publish = () => tenant.send('POST', '/v1/events', { body: { type: 'un.heard', data: 1 } });
      await eventually(async () => expect((await publish()).status).toBe(isStrict ? 422 : 202));
    },
    tried: (hook, count = 1) =>
      eventually(async () => {
        const found = await events({ webhook: String(hook.id) });
        expect(found.map(({ retry_count }) => retry_count > 0)).toEqual(Array.from({ length: count }, () => true));
        return found;
      }),
  };
}

export const isSignedWith = (secret: string, { headers, body }: ReceivedRequest): boolean =>
  headers['x-whisperer-signature'] === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/**
 * Waits before the retries of a hook whose receiver always fails, in seconds, one per retry, until there is none. Time is not waited for:
 * once a wait is known, its end is brought forward in the database, whose clock is the clock. The first `immediate` retries come by themselves.
 */
export async function waitsOf(omnitron: Omnitron, hook: Hook, immediate = 0): Promise<number[]> {
  const { database } = omnitron;
  const waits: number[] = Array.from({ length: immediate }, () => 0);
  for (let attempts = immediate + 1; ; attempts++) {
    const wait = await eventually(async () => {
      const [event] = await omnitron.tried(hook);
      expect(event).toMatchObject({ retry_count: attempts, delivered: false });
      const [row] = await database.query<{ state: string; seconds: number }>(
        `SELECT state, extract(epoch FROM due_at - $2::timestamptz)::float8 AS seconds FROM deliveries WHERE id = $1`,
        [event!.uuid, event!.request_datetimes[0]],
      );
      return row!.state === 'failed' ? null : row!.seconds;
    });
    if (wait === null) return waits;
    waits.push(wait);
    await database.query(
      `UPDATE deliveries d SET due_at = now() FROM subscriptions s WHERE s.id = d.subscription_id AND s.number = $1 AND d.state = 'pending'`,
      [hook.id],
    );
  }
}

/** A wait is counted from when the attempt began; what it took to fail comes on top. */
export function expectWaits(waits: readonly number[], expected: readonly number[]): void {
  expect(waits).toHaveLength(expected.length);
  waits.forEach((wait, i) => {
    const offBy = wait - expected[i]!;
    expect({ i, wait, isClose: offBy > -0.01 && offBy < Math.max(1, expected[i]! / 2) }).toEqual({ i, wait, isClose: true });
  });
}
