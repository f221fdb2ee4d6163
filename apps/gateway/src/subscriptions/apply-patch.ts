import type { RetryPolicy } from '#domain/subscription.js';
import { changeHeaders } from './header-fields.js';
import type { AlertEndpointFields, FailureHandlingFields, HeaderInput, HeaderMap, SubscriptionFields } from './subscription-fields.js';

type HeaderChanges = Record<string, HeaderInput | null>;

export interface FailureHandlingPatch extends Omit<FailureHandlingFields, 'retry' | 'alertEndpoint'> {
  retry?: Partial<RetryPolicy> | null;
  alertEndpoint?: { url?: string; headers?: HeaderChanges | null } | null;
  addTriggers?: string[];
  removeTriggers?: string[];
}

/** What a PATCH may say: any of the fields, and additions to and removals from the lists. */
export interface SubscriptionPatch extends Partial<Omit<SubscriptionFields, 'headers' | 'failureHandling' | 'rateLimit'>> {
  headers?: HeaderChanges | null;
  rateLimit?: { limit?: number; windowSeconds?: number } | null;
  failureHandling?: FailureHandlingPatch | null;
  addEventTypes?: string[];
  removeEventTypes?: string[];
  addHeaders?: HeaderMap;
  removeHeaders?: string[];
}

/** Objects that merge member by member; a null member goes. All other fields are replaced whole, a filter and lists among them. */
const MERGED = ['name', 'description', 'templates', 'signature', 'tls', 'rateLimit', 'metadata'] as const;

/**
 * The fields after a patch. What is absent stays. First come the replacements, then the removals, then the additions, so that an item
 * that is removed and added is there in the end (Socotra's rule). Names of headers, event types and triggers compare without case.
 */
export function applyPatch(fields: SubscriptionFields, patch: SubscriptionPatch): SubscriptionFields {
  const { addEventTypes, removeEventTypes, addHeaders, removeHeaders, headers, failureHandling, ...replacements } = patch;
  const merged = Object.fromEntries(
    MERGED.filter((name) => patch[name] !== undefined).map((name) => [name, mergeMembers(fields[name], patch[name])]),
  );
  // A merged rate limit may still lack a member: what comes out is judged as if it had been sent whole.
  const next = { ...fields, ...withoutUndefined(replacements), ...merged } as SubscriptionFields;
  return {
    ...next,
    eventTypes: changeList(
      patch.eventTypes ?? (patch.eventTypes === null ? [] : (fields.eventTypes ?? [])),
      removeEventTypes,
      addEventTypes,
    ),
    // A cleared list is an empty one: only creation takes "nothing said" for "everything".
    topics: patch.topics === undefined ? (fields.topics ?? []) : (patch.topics ?? []),
    sources: patch.sources === undefined ? (fields.sources ?? []) : (patch.sources ?? []),
    headers: changeHeaders(patchHeaders(fields.headers, headers), addHeaders ?? {}, removeHeaders),
    failureHandling:
      failureHandling === undefined ? fields.failureHandling : patchFailureHandling(fields.failureHandling ?? {}, failureHandling),
  };
}

function patchFailureHandling(current: FailureHandlingFields, patch: FailureHandlingPatch | null): FailureHandlingFields | null {
  if (patch === null) return null;
  const { addTriggers, removeTriggers, retry, alertEndpoint, ...others } = patch;
  return {
    ...current,
    ...withoutUndefined(others),
    triggers: changeList(patch.triggers ?? current.triggers ?? [], removeTriggers, addTriggers),
    ...(retry === undefined ? {} : { retry: patchRetry(current.retry ?? null, retry) }),
    ...(alertEndpoint === undefined ? {} : { alertEndpoint: patchAlertEndpoint(current.alertEndpoint ?? null, alertEndpoint) }),
  };
}

/** Policies of one kind merge; those of different kinds have nothing in common. What comes out is judged afterwards. */
function patchRetry(current: RetryPolicy | null, patch: Partial<RetryPolicy> | null): RetryPolicy | null {
  if (!isObject(patch) || current === null) return patch as RetryPolicy | null;
  const isSameKind = patch.kind === undefined || patch.kind === current.kind;
  return (isSameKind ? { ...current, ...patch } : patch) as RetryPolicy;
}

function patchAlertEndpoint(
  current: AlertEndpointFields | null,
  patch: NonNullable<FailureHandlingPatch['alertEndpoint']> | null,
): AlertEndpointFields | null {
  if (patch === null) return null;
  return { url: patch.url ?? current?.url ?? '', headers: patchHeaders(current?.headers, patch.headers) };
}

function patchHeaders(current: HeaderMap | null | undefined, patch: HeaderChanges | null | undefined): HeaderMap {
  if (patch === null) return {};
  const changes = Object.entries(patch ?? {});
  const set = changes.filter((change): change is [string, HeaderInput] => change[1] !== null);
  const removed = changes.filter(([, input]) => input === null).map(([name]) => name);
  return changeHeaders(current ?? {}, Object.fromEntries(set), removed);
}

function changeList(items: readonly string[], removed: readonly string[] = [], added: readonly string[] = []): string[] {
  const gone = new Set(removed.map((item) => item.toLowerCase()));
  const kept = items.filter((item) => !gone.has(item.toLowerCase()));
  const known = new Set(kept.map((item) => item.toLowerCase()));
  const fresh = added.filter((item) => !known.has(item.toLowerCase()) && known.add(item.toLowerCase()));
  return [...kept, ...fresh];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function mergeMembers(current: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = { ...(isObject(current) ? current : {}), ...withoutUndefined(patch) };
  return Object.fromEntries(Object.entries(merged).filter(([name, value]) => value !== null || patch[name] !== null));
}

const withoutUndefined = <T extends object>(object: T): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
