import type { FieldError } from '#domain/errors.js';
import type { HeaderSpec } from '#domain/subscription.js';
import { pointerToken } from '../../http/field-errors.js';

/** A header as Contensis' clients write it. */
export interface WebhookHeader {
  value?: string | null;
  secret?: boolean | null;
}

type WebhookHeaders = Record<string, WebhookHeader>;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Faults of headers whose members are not what they should be; without any, the map is WebhookHeaders. */
export function checkHeaderShapes(headers: Record<string, unknown>): FieldError[] {
  return Object.entries(headers).flatMap(([name, header]) => {
    const path = `/headers/${pointerToken(name)}`;
    if (!isObject(header)) return [wrong(path, 'invalid_type', 'A header is {"value", "secret"}.')];
    const { value = null, secret = null, ...others } = header;
    return [
      ...(value === null || typeof value === 'string' ? [] : [wrong(`${path}/value`, 'invalid_type', 'A value is a string.')]),
      ...(secret === null || typeof secret === 'boolean' ? [] : [wrong(`${path}/secret`, 'invalid_type', 'secret is true or false.')]),
      ...Object.keys(others).map(() => wrong(path, 'unknown_field', 'A header has only value and secret.')),
    ];
  });
}

const wrong = (path: string, code: string, message: string): FieldError => ({ path, code, message });

/**
 * Headers to store. One without a value is none, but for a secret that is stored: its value stays. `stored` are those of the subscription
 * as it is; of lines that Contensis has no spelling for the value is repeated as it was shown, and they stay as they are.
 * Source: Contensis Management API, "Create a webhook subscription": "A header will not be returned if it has no value".
 */
export function readWebhookHeaders(headers: WebhookHeaders, stored: readonly HeaderSpec[] = []): HeaderSpec[] {
  return Object.entries(headers).flatMap(([name, header]) => {
    const secret = header.secret === true;
    const value = header.value ?? null;
    const known = stored.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (value === null && secret && known?.secret) return [{ name, values: [], secret }];
    if (value === null || value === '') return [];
    const isAsShown = !secret && known?.secret === false && shownValue(known) === value;
    return [{ name, values: isAsShown ? known.values : [value], secret }];
  });
}

/** Headers as answers show them: of a secret one that there is a value, of no header without a value anything. */
export const showWebhookHeaders = (headers: readonly HeaderSpec[]): WebhookHeaders =>
  Object.fromEntries(
    headers
      .filter(({ values, secret }) => secret || values.length > 0)
      .map((header) => [header.name, header.secret ? { secret: true } : { value: shownValue(header) }]),
  );

/** Several lines of one header mean the same as one line with commas (RFC 9110, 5.3). */
const shownValue = ({ values }: HeaderSpec): string => values.join(', ');
