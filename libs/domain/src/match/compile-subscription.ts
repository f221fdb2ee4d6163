import { formatId } from '../ids.js';
import { compileLogic } from '../logic/compile.js';
import type { LocalizedText, SubscriptionSpec } from '../subscription.js';
import type { PayloadFormat } from '../payload/payload-format.js';
import type { BodyTemplate } from '../template/body-template.js';
import { compileBody } from '../template/compile-body.js';
import { compileUrl, type UrlTemplate } from '../template/compile-url.js';
import { compileHeader, type HeaderTemplate } from '../template/render-header.js';
import type { CompiledSubscription } from './candidate.js';
import { compileSelectors } from './selectors.js';

/** What stands beside the spec in a subscription's row and decides whether it is served. */
export interface SubscriptionState {
  /** The subscription's uuid. */
  id: string;
  tenantId: string;
  enabled: boolean;
  suspended: boolean;
  /** Milliseconds since 1970. */
  createdAtMs: number;
  /** Permission names its owner's key holds now. */
  heldPermissions: readonly string[];
}

/** A subscriber's request, taken apart once; `renderRequest` fills it in for an event. Secret headers are not in it. */
export interface RequestTemplate {
  readonly method: SubscriptionSpec['method'];
  readonly url: UrlTemplate;
  readonly headers: readonly { readonly name: string; readonly template: HeaderTemplate }[];
  /** By resource type; see chooseTemplate. */
  readonly bodies: Readonly<Record<string, BodyTemplate>>;
  /** The shape of a body that no template makes. */
  readonly format: PayloadFormat;
  /** The subscription's uuid. */
  readonly uuid: string;
  /** What templates see as `/subscription`. */
  readonly subscription: { readonly id: string; readonly name: string };
}

/** A subscription ready to be matched and rendered. */
export interface ReadySubscription extends CompiledSubscription {
  readonly request: RequestTemplate;
}

/**
 * Compiles a stored subscription for matching and rendering. What was valid when it was saved compiles; a spec from elsewhere may throw
 * the DomainErrors of compileSelectors, compileLogic, compileUrl, compileHeader and compileBody.
 */
export function compileSubscription(spec: SubscriptionSpec, state: SubscriptionState): ReadySubscription {
  return {
    ...state,
    selectors: compileSelectors(spec),
    filter: spec.filter === null ? null : compileLogic(spec.filter),
    request: compileRequest(spec, state.id),
  };
}

/** Compiles what a subscription sends. `id` is its uuid. */
export function compileRequest(spec: SubscriptionSpec, id: string): RequestTemplate {
  return {
    method: spec.method,
    url: compileUrl(spec.url),
    headers: spec.headers.filter(({ secret }) => !secret).map(({ name, values }) => ({ name, template: compileHeader(values) })),
    bodies: Object.fromEntries(Object.entries(spec.templates).map(([type, template]) => [type, compileBody(template)])),
    format: spec.format ?? 'standard',
    uuid: id,
    subscription: { id: formatId('sub', id), name: plainName(spec.name) },
  };
}

/** One text of a localized one: the only one, or the first that was given. */
export const plainName = (name: LocalizedText): string => (typeof name === 'string' ? name : (Object.values(name)[0] ?? ''));
