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

export function checkFailureHandling({ triggers, retry, alertEndpoint }: FailureHandling, policy: UrlPolicy): FieldError[] {
  return [
    ...validateTriggers(triggers, `${PATH}/triggers`),
    ...validateRetryPolicy(retry, `${PATH}/retry`),
    ...(alertEndpoint ? checkAlertEndpoint(alertEndpoint, policy, `${PATH}/alertEndpoint`) : []),
  ];
}

/** A notice tells of a delivery, not of an event: there is nothing its url and headers could be rendered from, so both are literal. */
function checkAlertEndpoint({ url, headers = [] }: AlertEndpoint, policy: UrlPolicy, path: string): FieldError[] {
  const faults = [...checkUrl(url, policy, `${path}/url`), ...checkHeaders(headers, new Set(), `${path}/headers`)];
  if (faults.length > 0) return faults;
  const templated = compileUrl(url).parts.some((part) => typeof part !== 'string') ? [notLiteral(`${path}/url`)] : [];
  const secret = headers.filter((header) => header.secret).map(({ name }) => notSecret(`${path}/headers/${pointerToken(name)}`));
  const rendered = headers
    .filter(({ values }) => compileHeader(values).some((template) => template.some((part) => part.kind === 'pointer')))
    .map(({ name }) => notLiteral(`${path}/headers/${pointerToken(name)}`));
  return [...templated, ...secret, ...rendered];
}

const notLiteral = (path: string): FieldError => ({ path, code: 'template_not_allowed', message: 'An alert endpoint is literal: no placeholders.' });
const notSecret = (path: string): FieldError => ({ path, code: 'secret_not_supported', message: 'An alert endpoint has no secret headers.' });
