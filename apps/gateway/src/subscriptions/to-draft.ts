import { LIMITS } from '#domain/limits.js';
import { defaultFailureHandling, type FailureHandling } from '#domain/subscription.js';
import { requireShapes } from './check/check-shapes.js';
import { readHeaders } from './header-fields.js';
import { readTls } from './tls-fields.js';
import type { AlertEndpointFields, FailureHandlingFields, SubscriptionDraft, SubscriptionFields } from './subscription-fields.js';

/** A whole subscription with every default filled in. Without any of eventTypes, topics and sources it wants everything. */
export function toDraft(fields: SubscriptionFields): SubscriptionDraft {
  const isOpen = !fields.eventTypes && !fields.topics && !fields.sources;
  return {
    enabled: fields.enabled ?? true,
    spec: {
      name: fields.name,
      description: fields.description ?? null,
      url: fields.url,
      method: fields.method ?? 'POST',
      eventTypes: isOpen ? ['*'] : (fields.eventTypes ?? []),
      topics: fields.topics ?? [],
      sources: fields.sources ?? [],
      filter: fields.filter ?? null,
      headers: readHeaders(fields.headers ?? {}),
      templates: fields.templates ?? {},
      format: fields.format ?? 'standard',
      signature: {
        style: fields.signature?.style ?? 'standard',
        algorithm: fields.signature?.algorithm ?? 'hmac-sha256',
        tag: fields.signature?.tag ?? null,
      },
      tls: readTls(fields.tls ?? {}),
      endpointCheck: fields.endpointCheck ?? false,
      failureHandling: toFailureHandling(fields.failureHandling ?? {}),
      timeoutMs: fields.timeoutMs ?? LIMITS.timeoutMs.default,
      maxConcurrency: fields.maxConcurrency ?? null,
      rateLimit: fields.rateLimit ?? null,
      ordering: fields.ordering ? { key: fields.ordering.key, afterExhaustion: fields.ordering.afterExhaustion ?? 'wait' } : null,
      auth: fields.auth ?? null,
      callback: fields.callback ?? null,
      metadata: fields.metadata ?? {},
    },
  };
}

/** The draft of what a client sent. Throws for members whose shape is not what their description says. */
export function draftOf(fields: SubscriptionFields): SubscriptionDraft {
  requireShapes(fields);
  return toDraft(fields);
}

function toFailureHandling({ triggers, retry, alertEndpoint, divert, suspend }: FailureHandlingFields): FailureHandling {
  const byDefault = defaultFailureHandling();
  return {
    triggers: triggers ?? byDefault.triggers,
    // null is an answer of its own: one attempt.
    retry: retry === undefined ? byDefault.retry : retry,
    alertEndpoint: alertEndpoint ? toAlertEndpoint(alertEndpoint) : byDefault.alertEndpoint,
    divert: divert ?? byDefault.divert,
    suspend: suspend ?? byDefault.suspend,
  };
}

const toAlertEndpoint = ({ url, headers }: AlertEndpointFields) => (headers ? { url, headers: readHeaders(headers) } : { url });
