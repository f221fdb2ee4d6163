import type { FieldError } from '#domain/errors.js';
import { checkCustomHeaders } from '#domain/header-policy.js';
import { LIMITS } from '#domain/limits.js';
import type { HeaderSpec, SubscriptionSpec, Templates } from '#domain/subscription.js';
import { compileBody } from '#domain/template/compile-body.js';
import { compileUrl } from '#domain/template/compile-url.js';
import { compileHeader } from '#domain/template/render-header.js';
import { checkEndpointUrl, type UrlPolicy } from '#domain/url-policy.js';
import { attempt, pointerToken } from './attempt.js';

/** Faults of what is sent: url, headers, templates, signature. `storedSecrets` are names in lower case that may be given without a value. */
export function checkRequest(spec: SubscriptionSpec, policy: UrlPolicy, storedSecrets: ReadonlySet<string>): FieldError[] {
  return [
    ...checkOwnUrl(spec, policy),
    ...checkHeaders(spec.headers, storedSecrets, '/headers'),
    ...checkTemplates(spec.templates),
    ...checkSignature(spec.signature),
  ];
}

/** A challenge tells of no event, so an endpoint that is to answer one has a literal url. */
function checkOwnUrl({ url, endpointCheck }: SubscriptionSpec, policy: UrlPolicy): FieldError[] {
  const faults = checkUrl(url, policy, '/url');
  if (faults.length > 0 || !endpointCheck || compileUrl(url).parts.every((part) => typeof part === 'string')) return faults;
  return [{ path: '/url', code: 'template_not_allowed', message: 'An endpoint that is checked has a url without placeholders.' }];
}

export function checkUrl(url: string, policy: UrlPolicy, path: string): FieldError[] {
  const fault = checkEndpointUrl(url, policy, path);
  return fault ? [fault] : attempt(path, () => compileUrl(url));
}

export function checkHeaders(headers: readonly HeaderSpec[], storedSecrets: ReadonlySet<string>, path: string): FieldError[] {
  const isKept = ({ name, values, secret }: HeaderSpec): boolean => secret && values.length === 0 && storedSecrets.has(name.toLowerCase());
  const missing = headers.filter((header) => header.secret && header.values.length === 0 && !isKept(header));
  // A stored value was judged when it came; a letter stands for it, so that the others are judged as one set.
  const judged = headers
    .filter((header) => !missing.includes(header))
    .map((header) => (isKept(header) ? { ...header, values: ['x'] } : header));
  const refused = checkCustomHeaders(judged, path);
  const refusedPaths = new Set(refused.map((fault) => fault.path));
  const compilable = judged.filter(({ name, secret }) => !secret && !refusedPaths.has(`${path}/${pointerToken(name)}`));
  return [
    ...missing.map(({ name }) => ({
      path: `${path}/${pointerToken(name)}`,
      code: 'header_value_missing',
      message: 'There is no stored value for this secret header: give one.',
    })),
    ...refused,
    ...compilable.flatMap(({ name, values }) => attempt(`${path}/${pointerToken(name)}`, () => compileHeader(values))),
  ];
}

function checkTemplates(templates: Templates): FieldError[] {
  return Object.entries(templates).flatMap(([type, template]) => {
    const path = `/templates/${pointerToken(type)}`;
    const isSound = type !== '' && type.length <= LIMITS.nameChars.max;
    if (!isSound) return [{ path, code: 'invalid_key', message: `A resource type has 1 to ${LIMITS.nameChars.max} characters.` }];
    return attempt(path, () => compileBody(template));
  });
}

/** Only Standard Webhooks knows public keys. */
function checkSignature({ style, algorithm }: SubscriptionSpec['signature']): FieldError[] {
  if (algorithm === 'hmac-sha256' || style === 'standard') return [];
  return [{ path: '/signature/algorithm', code: 'invalid_value', message: `The style ${style} signs with hmac-sha256 only.` }];
}
