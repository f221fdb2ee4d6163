import { type FieldError, invalidField } from '#domain/errors.js';
import type { AlertEndpoint, HeaderSpec, SubscriptionSpec } from '#domain/subscription.js';
import type { SocotraProfile } from '#domain/tenant.js';
import { refusedFields } from '../../http/field-errors.js';
import type { CreateEndpointRequest, EndpointResponse, HeaderLists, UpdateEndpointRequest } from './endpoint.dto.js';

/** What stands for a secret in answers. A client may send it back: then the secret stays. */
export const SECRET_MASK = '***';

const SIGNING = ['hmacEnabled', 'secret', 'secureSsl', 'tag'] as const;

type AnyEndpoint = CreateEndpointRequest | UpdateEndpointRequest;

/** The secret that a request brings; undefined when it brings none. */
export const givenSecret = ({ secret }: Pick<AnyEndpoint, 'secret'>): string | undefined =>
  secret === undefined || secret === null || secret === '' || secret === SECRET_MASK ? undefined : secret;

export const toHeaders = (headers: HeaderLists): HeaderSpec[] =>
  Object.entries(headers).map(([name, values]) => ({ name, values, secret: false }));

/** Removals first, then additions, each of which replaces its namesake; names compare without case. */
export function changeHeaders(headers: readonly HeaderSpec[], { addHeaders, removeHeaders }: UpdateEndpointRequest): HeaderSpec[] {
  const added = toHeaders(addHeaders ?? {});
  const gone = new Set([...added.map(({ name }) => name), ...(removeHeaders ?? [])].map((name) => name.toLowerCase()));
  return [...headers.filter(({ name }) => !gone.has(name.toLowerCase())), ...added];
}

/** Throws for a member that the tenant's profile does not have: Enterprise Core signs nothing. */
export function requireProfile(profile: SocotraProfile, endpoint: AnyEndpoint, path: string): void {
  if (profile !== 'enterpriseCore') return;
  const foreign: FieldError[] = SIGNING.filter((name) => endpoint[name] !== undefined && endpoint[name] !== null).map((name) => ({
    path: `${path}/${name}`,
    code: 'unknown_field',
    message: `Enterprise Core has no ${name}.`,
  }));
  if (foreign.length > 0) throw refusedFields(foreign);
}

/** Throws for a new endpoint that Enterprise Core would not take: its `headers` are required, if only as `{}`. */
export function requireComplete(profile: SocotraProfile, { headers }: CreateEndpointRequest, path: string): void {
  if (profile === 'enterpriseCore' && (headers === undefined || headers === null)) {
    throw invalidField(`${path}/headers`, 'required', 'headers is required.');
  }
}

/** Throws for what a notice is never sent with: it is not signed, and its receiver's certificate is always checked. */
export function requirePlain({ hmacEnabled, secureSsl, tag, ...rest }: AnyEndpoint, path: string): void {
  const isPlain = !hmacEnabled && secureSsl !== false && !tag && givenSecret(rest) === undefined;
  if (!isPlain) throw invalidField(path, 'not_supported', 'Notices are not signed, and their receiver’s certificate is always checked.');
}

type Request = Pick<SubscriptionSpec, 'url' | 'headers' | 'signature' | 'tls'>;

/** An endpoint as the profile shows it; never a secret, nor the value of a secret header. */
export function showEndpoint(profile: SocotraProfile, { url, headers, signature, tls }: Request, hasSecret: boolean): EndpointResponse {
  const plain = { url, headers: Object.fromEntries(headers.map(({ name, values, secret }) => [name, secret ? [] : [...values]])) };
  if (profile === 'enterpriseCore') return plain;
  return {
    hmacEnabled: signature.style === 'socotra',
    secret: hasSecret ? SECRET_MASK : '',
    secureSsl: tls.verify,
    tag: signature.tag ?? '',
    ...plain,
  };
}

const UNSIGNED = { signature: { style: 'none', algorithm: 'hmac-sha256' }, tls: { verify: true } } as const;

export const showAlertEndpoint = (profile: SocotraProfile, { url, headers = [] }: AlertEndpoint): EndpointResponse =>
  showEndpoint(profile, { url, headers, ...UNSIGNED }, false);
