import type { FieldError } from '#domain/errors.js';
import { validateRetryPolicy } from '#domain/retry-policy.js';
import type { AlertEndpoint, FailureHandling } from '#domain/subscription.js';
import { compileUrl } from '#domain/template/compile-url.js';
import { compileHeader } from '#domain/template/render-header.js';
import { validateTriggers } from '#domain/triggers.js';
import type { UrlPolicy } from '#domain/url-policy.js';
import { pointerToken } from './attempt.js';
import { checkHeaders, checkUrl } from './check-request.js';

const PATH = '/failureHandling';

/** `storedSecrets`: names in lower case of the alert endpoint's secret headers that may be given without a value. */
export function checkFailureHandling(
  { triggers, retry, alertEndpoint }: FailureHandling,
  policy: UrlPolicy,
  storedSecrets: ReadonlySet<string>,
): FieldError[] {
  return [
    ...validateTriggers(triggers, `${PATH}/triggers`),
    ...validateRetryPolicy(retry, `${PATH}/retry`),
    ...(alertEndpoint ? checkAlertEndpoint(alertEndpoint, policy, storedSecrets, `${PATH}/alertEndpoint`) : []),
  ];
}

/** A notice tells of a delivery, not of an event: there is nothing its url and headers could be rendered from, so both are literal. */
function checkAlertEndpoint(
  { url, headers = [] }: AlertEndpoint,
  policy: UrlPolicy,
  storedSecrets: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const faults = [...checkUrl(url, policy, `${path}/url`), ...checkHeaders(headers, storedSecrets, `${path}/headers`)];
  if (faults.length > 0) return faults;
  const isUrlTemplate = compileUrl(url).parts.some((part) => typeof part !== 'string');
  const templates = headers.filter(
    (header) => !header.secret && compileHeader(header.values).some((value) => value.some((part) => part.kind === 'pointer')),
  );
  return [
    ...(isUrlTemplate ? [notLiteral(`${path}/url`)] : []),
    ...templates.map(({ name }) => notLiteral(`${path}/headers/${pointerToken(name)}`)),
  ];
}

const notLiteral = (path: string): FieldError => ({
  path,
  code: 'template_not_allowed',
  message: 'An alert endpoint is literal: no placeholders.',
});
