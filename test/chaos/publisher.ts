import { randomUUID } from 'node:crypto';
import { setInterval as every } from 'node:timers/promises';
import type { TenantApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';

/** One publish and what it was answered; `status` 0 stands for no answer at all. */
export interface Publication {
  key: string;
  type: string;
  status: number;
  retryAfter: string | null;
  latencyMs: number;
  /** Of the event, where it was accepted. */
  id: string | null;
  isDuplicate: boolean;
}

/** Publishes once. The key is what a publisher would repeat when it heard nothing. */
export async function publishOnce(tenant: TenantApi, type: string, key: string = randomUUID()): Promise<Publication> {
  const began = performance.now();
  const answer = await tenant
    .send<{ id: string; duplicate: boolean }>('POST', '/v1/events', { body: { type, data: { key } }, headers: { 'idempotency-key': key } })
    .catch(() => null);
  const accepted = answer?.status === 202 ? answer.body : null;
  return {
    key,
    type,
    status: answer?.status ?? 0,
    retryAfter: answer?.headers.get('retry-after') ?? null,
    latencyMs: performance.now() - began,
    id: accepted?.id ?? null,
    isDuplicate: accepted?.duplicate ?? false,
  };
}

/** Repeats a publish with its key until it is accepted, as every publisher should. */
export function publishUntilAccepted(
  tenant: TenantApi,
  type: string,
  key?: string,
  timeoutMs = 10_000,
): Promise<Publication & { id: string }> {
  const sameKey = key ?? randomUUID();
  return eventually(
    async () => {
      const publication = await publishOnce(tenant, type, sameKey);
      if (publication.id === null) throw new Error(`The publish was answered ${publication.status}.`);
      return { ...publication, id: publication.id };
    },
    { timeoutMs, what: `the event ${type} to be accepted` },
  );
}

/** Accepted events, `count` of them, published some at a time. */
export async function publishMany(tenant: TenantApi, type: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  const publishSome = async (): Promise<void> => {
    while (started++ < count) ids.push((await publishUntilAccepted(tenant, type)).id);
  };
  let started = 0;
  await Promise.all(Array.from({ length: 8 }, publishSome));
  return ids;
}

/** Publishes at a steady rate for as long as `during` goes on, waiting for no answer; resolves when all have been answered. */
export async function publishSteadily(
  tenant: TenantApi,
  type: string,
  { perSecond, during }: { perSecond: number; during: Promise<unknown> },
): Promise<Publication[]> {
  const stop = new AbortController();
  const publications: Promise<Publication>[] = [];
  const pace = (async () => {
    for await (const _ of every(1_000 / perSecond, undefined, { signal: stop.signal })) publications.push(publishOnce(tenant, type));
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  await during.finally(() => stop.abort());
  await pace;
  return Promise.all(publications);
}

/** The value that `share` of the numbers do not exceed. */
export function percentile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
