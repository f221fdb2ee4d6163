import { invalidField } from '#domain/errors.js';
import type { SubscriptionSpec } from '#domain/subscription.js';
import type { CreateEndpointRequest, UpdateEndpointRequest } from './endpoint.dto.js';
import { givenSecret, SECRET_MASK } from './endpoint.js';

type Signature = SubscriptionSpec['signature'];

const PATH = '/endpoint';

/** How a new webhook signs. A secret alone switches signing on. Errors: `secret_required`, `secret_invalid`. */
export function newSignature(endpoint: CreateEndpointRequest): Signature {
  const secret = givenSecret(endpoint);
  // Nothing is stored yet that the mask could stand for.
  if (endpoint.secret === SECRET_MASK)
    throw invalidField(`${PATH}/secret`, 'secret_invalid', `"${SECRET_MASK}" stands for a stored secret.`);
  const isOn = endpoint.hmacEnabled ?? secret !== undefined;
  requireSecret(endpoint, secret !== undefined);
  return { style: isOn ? 'socotra' : 'none', algorithm: 'hmac-sha256', tag: endpoint.tag || null };
}

/**
 * How a webhook signs after a change. What is not said stays: a new tag alone leaves the secret, and a signature of another style, made
 * through another API, stays until this one's is asked for. Error: `secret_required`.
 */
export function changedSignature(current: Signature, endpoint: UpdateEndpointRequest, hasSecret: boolean): Signature {
  requireSecret(endpoint, hasSecret || givenSecret(endpoint) !== undefined);
  const tag = endpoint.tag === undefined || endpoint.tag === null ? (current.tag ?? null) : endpoint.tag || null;
  if (endpoint.hmacEnabled === true) return { style: 'socotra', algorithm: 'hmac-sha256', tag };
  if (endpoint.hmacEnabled === false && current.style === 'socotra') return { ...current, style: 'none', tag };
  return { ...current, tag };
}

/** Source: Socotra, "Integrations": a tag tells which secret is in use, so there must be one. */
function requireSecret({ hmacEnabled, tag }: CreateEndpointRequest | UpdateEndpointRequest, hasSecret: boolean): void {
  if (hasSecret) return;
  if (hmacEnabled) throw invalidField(`${PATH}/secret`, 'secret_required', 'hmacEnabled needs a secret.');
  if (tag) throw invalidField(`${PATH}/secret`, 'secret_required', 'A tag needs a secret.');
}
