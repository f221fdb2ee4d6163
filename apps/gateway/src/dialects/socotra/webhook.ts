import { invalidField } from '#domain/errors.js';
import { ulidOf } from '#domain/ids.js';
import type { LocalizedText, SubscriptionSpec } from '#domain/subscription.js';
import type { SocotraProfile } from '#domain/tenant.js';
import type { SubscriptionDraft } from '../../subscriptions/subscription-fields.js';
import type { Written } from '../../subscriptions/subscriptions.service.js';
import { toDraft } from '../../subscriptions/to-draft.js';
import { changeHeaders, requireComplete, requireProfile, showEndpoint, toHeaders } from './endpoint.js';
import type { UpdateEndpointRequest } from './endpoint.dto.js';
import { changedFailureHandling, newFailureHandling, showFailureHandling } from './failure-handling.js';
import { changedSignature, newSignature } from './signing.js';
import type { CreateWebhookRequest, UpdateWebhookRequest, WebhookResponse } from './webhook.dto.js';

const ENDPOINT = '/endpoint';

/** A new webhook as the core has it. Errors: `unknown_field`, `required`, `not_supported`, `secret_required`, `secret_invalid`. */
export function newWebhook(profile: SocotraProfile, request: CreateWebhookRequest): SubscriptionDraft {
  const { name, enabled, endpoint, failureHandling, eventTypes } = request;
  refusePlugin(profile, request);
  requireProfile(profile, endpoint, ENDPOINT);
  requireComplete(profile, endpoint, ENDPOINT);
  const { spec } = toDraft({ name, url: endpoint.url, eventTypes: changeNames([], [], eventTypes), format: 'socotra' });
  return {
    enabled,
    spec: {
      ...spec,
      headers: toHeaders(endpoint.headers ?? {}),
      signature: newSignature(endpoint),
      tls: { verify: endpoint.secureSsl ?? true },
      failureHandling: newFailureHandling(profile, failureHandling ?? {}),
    },
  };
}

/** The webhook after a change; what the request does not say stays, also what only another API can say. Errors: those of newWebhook. */
export function changedWebhook(
  profile: SocotraProfile,
  { spec, enabled }: SubscriptionDraft,
  request: UpdateWebhookRequest,
  hasSecret: boolean,
): SubscriptionDraft {
  const endpoint = request.endpoint ?? {};
  requireProfile(profile, endpoint, ENDPOINT);
  return {
    enabled: request.enabled ?? enabled,
    spec: {
      ...spec,
      name: request.name ?? spec.name,
      ...changedEndpoint(spec, endpoint, hasSecret),
      failureHandling: changedFailureHandling(
        profile,
        spec.failureHandling,
        request.failureHandling ?? {},
        request.removeFailureHandling ?? false,
      ),
      eventTypes: changeNames(spec.eventTypes, request.removeEventTypes ?? [], request.addEventTypes ?? []),
    },
  };
}

function changedEndpoint(
  { url, headers, tls, signature }: SubscriptionSpec,
  request: UpdateEndpointRequest,
  hasSecret: boolean,
): Pick<SubscriptionSpec, 'url' | 'headers' | 'tls' | 'signature'> {
  return {
    url: request.url ?? url,
    headers: changeHeaders(headers, request),
    tls: { ...tls, verify: request.secureSsl ?? tls.verify },
    signature: changedSignature(signature, request, hasSecret),
  };
}

/** A stored webhook in the shape of the tenant's profile. `hasSecret`: whether one is stored, in use or not. */
export const showWebhook = (profile: SocotraProfile, row: Written['row'], hasSecret: boolean): WebhookResponse => ({
  locator: ulidOf(row.id),
  name: plainText(row.spec.name),
  enabled: row.enabled,
  endpoint: showEndpoint(profile, row.spec, hasSecret),
  failureHandling: showFailureHandling(profile, row.spec.failureHandling),
  suspended: row.suspendedAt !== null,
  suspendedAt: row.suspendedAt?.toISOString() ?? null,
  eventTypes: row.spec.eventTypes,
});

/** There is no plugin that events could be handed to; to take the flag and not obey it would lose them unseen. */
function refusePlugin(profile: SocotraProfile, { useAutomationPlugin }: CreateWebhookRequest): void {
  const isSaid = useAutomationPlugin !== undefined && useAutomationPlugin !== null;
  if (profile === 'enterpriseCore' && isSaid)
    throw invalidField('/useAutomationPlugin', 'unknown_field', 'Enterprise Core has no useAutomationPlugin.');
  if (useAutomationPlugin === true) throw invalidField('/useAutomationPlugin', 'not_supported', 'There is no automation plugin here.');
}

/** Removals first, then additions; each name once, without regard to case. */
function changeNames(current: readonly string[], removed: readonly string[], added: readonly string[]): string[] {
  const gone = new Set(removed.map((name) => name.toLowerCase()));
  const kept = current.filter((name) => !gone.has(name.toLowerCase()));
  return [...new Map([...kept, ...added].toReversed().map((name) => [name.toLowerCase(), name])).values()].toReversed();
}

/** A name in several languages, given through another API, is shown in its first. */
const plainText = (text: LocalizedText): string => (typeof text === 'string' ? text : (Object.values(text)[0] ?? ''));
