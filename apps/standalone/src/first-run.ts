import { randomBytes } from 'node:crypto';
import { DomainError } from '#domain/errors.js';
import { apiClient, type ApiClient } from './api-client.js';
import type { DemoReceiver } from './demo-receiver.js';
import { githubEvent } from './github-event.js';
import type { Demo } from './state.js';

const ARRIVAL_TIMEOUT_MS = 30_000;
const SLUG = 'demo';

/** The demo tenant's key and subscription, from the last run where the database still knows them, made anew where it does not. */
export async function ensureDemo(gatewayUrl: string, operatorKey: string, known: Demo | undefined, receiverUrl: string): Promise<Demo> {
  const secret = known?.signingSecret ?? `whsec_${randomBytes(32).toString('base64')}`;
  if (known && (await stillStands(gatewayUrl, known))) {
    return known.receiverUrl === receiverUrl ? known : moveSubscription(gatewayUrl, known, receiverUrl);
  }
  const operator = apiClient(gatewayUrl, operatorKey);
  const tenantId = await demoTenant(operator);
  const { key } = await operator.post<{ key: string }>('/v1/keys', { tenantId, name: 'Demo', permissions: ['*'] });
  const subscriptionId = await subscribe(apiClient(gatewayUrl, key), receiverUrl, secret);
  return { tenantId, key, subscriptionId, receiverUrl, signingSecret: secret };
}

async function stillStands(gatewayUrl: string, demo: Demo): Promise<boolean> {
  try {
    await apiClient(gatewayUrl, demo.key).get(`/v1/subscriptions/${demo.subscriptionId}`);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/** A tenant of an earlier run whose key was lost with the state file is found by its slug. */
async function demoTenant(operator: ApiClient): Promise<string> {
  const { items } = await operator.get<{ items: { id: string; slug: string }[] }>('/v1/tenants?limit=200');
  const existing = items.find(({ slug }) => slug === SLUG);
  return existing?.id ?? (await operator.post<{ id: string }>('/v1/tenants', { name: 'Demo', slug: SLUG })).id;
}

async function subscribe(tenant: ApiClient, url: string, secret: string): Promise<string> {
  const subscription = { name: 'Demo receiver', description: 'Everything, to the receiver of npm start', url, eventTypes: ['*'], secret };
  return (await tenant.post<{ id: string }>('/v1/subscriptions', subscription)).id;
}

/** The receiver had to take another port. */
async function moveSubscription(gatewayUrl: string, demo: Demo, receiverUrl: string): Promise<Demo> {
  const tenant = apiClient(gatewayUrl, demo.key);
  const subscriptionId = await subscribe(tenant, receiverUrl, demo.signingSecret);
  await tenant.delete(`/v1/subscriptions/${demo.subscriptionId}`);
  return { ...demo, subscriptionId, receiverUrl };
}

export interface FirstEvent {
  id: string;
  type: string;
  arrivedAfterMs: number;
}

/** Publishes one event and waits for it at the receiver. Refuses with `event_not_delivered` or `signature_wrong`. */
export async function deliverFirstEvent(gatewayUrl: string, demo: Demo, receiver: DemoReceiver): Promise<FirstEvent> {
  const event = githubEvent();
  const began = performance.now();
  const { id } = await apiClient(gatewayUrl, demo.key).post<{ id: string }>('/v1/events', event);
  const arrival = await receiver.arrival(id, ARRIVAL_TIMEOUT_MS);
  if (!arrival) {
    throw new DomainError(
      'event_not_delivered',
      `The event ${id} was accepted but did not reach the demo receiver within ${ARRIVAL_TIMEOUT_MS / 1000} s; logs/dispatcher.log tells what became of it.`,
    );
  }
  if (!arrival.verified)
    throw new DomainError('signature_wrong', `The event ${id} reached the demo receiver with a signature that does not verify.`);
  return { id, type: event.type, arrivedAfterMs: Math.round(performance.now() - began) };
}
