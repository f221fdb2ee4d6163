import type { AlertEndpoint, FailureHandling } from '#domain/subscription.js';
import type { SocotraProfile } from '#domain/tenant.js';
import type { CreateEndpointRequest, UpdateEndpointRequest } from './endpoint.dto.js';
import { changeHeaders, requireComplete, requirePlain, requireProfile, showAlertEndpoint, toHeaders } from './endpoint.js';
import type { FailureHandlingCreateRequest, FailureHandlingResponse, FailureHandlingUpdateRequest } from './failure-handling.dto.js';
import { toRetryPolicy, toRetryStrategy } from './retry-strategy.js';
import { changeTriggers, DEFAULT_TRIGGERS, showTriggers, toTriggers } from './triggers.js';

const ALERT = '/failureHandling/alertEndpoint';

/** Without a word on failures there is one attempt. Source: Socotra, "Webhooks", failure handling. */
const byDefault = (): FailureHandling => ({
  triggers: toTriggers(DEFAULT_TRIGGERS),
  retry: null,
  alertEndpoint: null,
  divert: false,
  suspend: false,
});

export function newFailureHandling(profile: SocotraProfile, request: FailureHandlingCreateRequest): FailureHandling {
  const start = byDefault();
  return {
    triggers: request.triggers ? toTriggers(request.triggers) : start.triggers,
    retry: request.retryStrategy ? toRetryPolicy(request.retryStrategy) : null,
    alertEndpoint: request.alertEndpoint ? newAlertEndpoint(profile, request.alertEndpoint) : null,
    divert: request.divert ?? start.divert,
    suspend: request.suspend ?? start.suspend,
  };
}

/** Removals come first: with `isRemoved` the rest is laid over the default. What is not said stays, whichever API it came through. */
export function changedFailureHandling(
  profile: SocotraProfile,
  stored: FailureHandling,
  request: FailureHandlingUpdateRequest,
  isRemoved: boolean,
): FailureHandling {
  const current = isRemoved ? byDefault() : stored;
  const keptRetry = request.removeRetryStrategy ? null : current.retry;
  const keptAlert = request.removeAlertEndpoint ? null : current.alertEndpoint;
  return {
    triggers: changeTriggers(
      request.triggers ? toTriggers(request.triggers) : current.triggers,
      request.removeTriggers ?? [],
      request.addTriggers ?? [],
    ),
    retry: request.retryStrategy ? toRetryPolicy(request.retryStrategy) : keptRetry,
    alertEndpoint: request.alertEndpoint ? changedAlertEndpoint(profile, keptAlert, request.alertEndpoint) : keptValues(keptAlert),
    divert: request.divert ?? current.divert,
    suspend: request.suspend ?? current.suspend,
  };
}

/** What Socotra has no words for (another kind of policy) is left out. */
export function showFailureHandling(profile: SocotraProfile, handling: FailureHandling): FailureHandlingResponse {
  const retryStrategy = toRetryStrategy(handling.retry);
  return {
    triggers: showTriggers(handling.triggers),
    ...(retryStrategy ? { retryStrategy } : {}),
    ...(handling.alertEndpoint ? { alertEndpoint: showAlertEndpoint(profile, handling.alertEndpoint) } : {}),
    divert: handling.divert,
    suspend: handling.suspend,
  };
}

function newAlertEndpoint(profile: SocotraProfile, request: CreateEndpointRequest): AlertEndpoint {
  requireProfile(profile, request, ALERT);
  requireComplete(profile, request, ALERT);
  requirePlain(request, ALERT);
  return { url: request.url, headers: toHeaders(request.headers ?? {}) };
}

function changedAlertEndpoint(profile: SocotraProfile, current: AlertEndpoint | null, request: UpdateEndpointRequest): AlertEndpoint {
  requireProfile(profile, request, ALERT);
  requirePlain(request, ALERT);
  const kept = keptValues(current);
  return { url: request.url ?? kept?.url ?? '', headers: changeHeaders(kept?.headers ?? [], request) };
}

/** A stored secret header has its sealed value in it; without a value it means the stored one. */
const keptValues = (endpoint: AlertEndpoint | null): AlertEndpoint | null =>
  endpoint && { ...endpoint, headers: endpoint.headers?.map((header) => (header.secret ? { ...header, values: [] } : header)) };
