import type { EndpointAuth } from '#domain/endpoint-auth.js';
import type { FieldError } from '#domain/errors.js';
import { findInvalidText } from '#domain/json/invalid-text.js';
import { type Limit, LIMITS } from '#domain/limits.js';
import { compileLogic } from '#domain/logic/compile.js';
import { checkAfterExhaustion, compileOrderKey } from '#domain/order-key.js';
import { compileSelectors } from '#domain/match/selectors.js';
import type { ClientCertificate, SubscriptionSpec } from '#domain/subscription.js';
import type { SubscriptionDraft } from '../subscription-fields.js';
import type { EndpointPolicy } from '../../http/url-policy.js';
import { attempt, isObject } from './attempt.js';
import { checkAuth } from './check-auth.js';
import { checkCallback } from './check-callback.js';
import { checkFailureHandling } from './check-failure-handling.js';
import { checkRequest } from './check-request.js';
import { checkLocalizedText } from './check-text.js';
import { checkTls } from './check-tls.js';

/** Names, in lower case, of secret headers whose values are stored: they may be given without one. */
export interface StoredSecrets {
  headers: ReadonlySet<string>;
  alertHeaders: ReadonlySet<string>;
  /** Credentials whose secret is stored. */
  auth?: EndpointAuth | null;
  /** As it is stored, its private key sealed. */
  clientCertificate: ClientCertificate | null;
}

const NONE: StoredSecrets = { headers: new Set(), alertHeaders: new Set(), clientCertificate: null };

/**
 * Every fault of a subscription by its own lights, whichever API it came through; whose sources it may name is judged elsewhere.
 */
export function checkDraft({ spec }: SubscriptionDraft, policy: EndpointPolicy, stored: StoredSecrets = NONE): FieldError[] {
  return [
    ...checkLocalizedText(spec.name, '/name', LIMITS.nameChars),
    ...(spec.description === null ? [] : checkLocalizedText(spec.description, '/description', LIMITS.descriptionChars)),
    ...checkRequest(spec, policy, stored.headers),
    ...checkTls(spec.tls, policy, stored.clientCertificate),
    ...checkSelectors(spec),
    ...(spec.filter === null ? [] : attempt('/filter', () => compileLogic(spec.filter))),
    ...checkFailureHandling(spec.failureHandling, policy, stored.alertHeaders),
    ...checkFlow(spec),
    ...checkOrdering(spec),
    ...checkAuth(spec.auth, spec.headers, policy, stored.auth),
    ...checkCallback(spec.callback, policy),
    ...checkMetadata(spec.metadata),
    ...checkStorable(spec),
  ];
}

function checkSelectors({ eventTypes, topics, sources }: SubscriptionSpec): FieldError[] {
  const tooMany = [
    ...checkCount(eventTypes, LIMITS.eventTypesPerSubscription, '/eventTypes'),
    ...checkCount(topics, LIMITS.topicsPerSubscription, '/topics'),
    ...checkCount(sources, LIMITS.sourcesPerSubscription, '/sources'),
  ];
  return tooMany.length > 0 ? tooMany : attempt('', () => compileSelectors({ eventTypes, topics, sources }));
}

function checkFlow({ timeoutMs, maxConcurrency, rateLimit }: SubscriptionSpec): FieldError[] {
  return [
    ...checkWhole(timeoutMs, LIMITS.timeoutMs, '/timeoutMs'),
    ...(maxConcurrency === null ? [] : checkWhole(maxConcurrency, LIMITS.maxConcurrency, '/maxConcurrency')),
    ...(rateLimit === null ? [] : checkWhole(rateLimit.limit, LIMITS.rateLimitCount, '/rateLimit/limit')),
    ...(rateLimit === null ? [] : checkWhole(rateLimit.windowSeconds, LIMITS.rateLimitWindowSeconds, '/rateLimit/windowSeconds')),
  ];
}

const checkOrdering = ({ ordering }: SubscriptionSpec): FieldError[] =>
  ordering ? [...attempt('/ordering/key', () => compileOrderKey(ordering.key)), ...checkAfterExhaustion(ordering.afterExhaustion)] : [];

function checkMetadata(metadata: unknown): FieldError[] {
  if (!isObject(metadata)) return [{ path: '/metadata', code: 'invalid_type', message: 'Metadata is an object.' }];
  const { max } = LIMITS.metadataBytes;
  return Buffer.byteLength(JSON.stringify(metadata)) > max
    ? [{ path: '/metadata', code: 'too_large', message: `Metadata has at most ${max} bytes.` }]
    : [];
}

/** What Postgres cannot hold: dialects bring bodies of their own. */
function checkStorable(spec: SubscriptionSpec): FieldError[] {
  const found = findInvalidText(spec);
  return found ? [{ ...found, message: 'Text may hold neither U+0000 nor half a surrogate pair.' }] : [];
}

const checkCount = (items: readonly unknown[], { max }: Limit, path: string): FieldError[] =>
  items.length > max ? [{ path, code: 'too_many_items', message: `At most ${max} items.` }] : [];

function checkWhole(value: unknown, { min = 0, max }: Limit, path: string): FieldError[] {
  if (value === undefined) return [{ path, code: 'required', message: 'A whole number is needed here.' }];
  if (typeof value !== 'number' || !Number.isInteger(value)) return [{ path, code: 'invalid_type', message: 'This is a whole number.' }];
  return value < min || value > max ? [{ path, code: 'out_of_range', message: `From ${min} to ${max}.` }] : [];
}
