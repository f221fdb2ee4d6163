import type { FieldError } from './errors.js';
import { LIMITS } from './limits.js';
import { MASK, maskPlaceholders } from './placeholder-mask.js';
import type { HeaderSpec } from './subscription.js';

/** RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What Node will send as a header value: no control character but the tab, and nothing beyond latin1. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Names that are the connection's, the client's or a cloud metadata service's business.
 * Content-Type is not among them: a template need not make JSON, and Contensis lets a header override it.
 */
const FORBIDDEN = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'content-encoding', 'connection', 'keep-alive', 'te', 'trailer', 'upgrade', 'expect'],
  ...['accept-encoding', 'user-agent', 'cookie2', 'http2-settings', 'forwarded'],
  ...['metadata', 'metadata-flavor'],
]);

/** `webhook-`, `x-whisperer-`, `socotra-signature` and `tidings-` are what we say ourselves; a subscriber must be able to trust them. */
const FORBIDDEN_PREFIXES = [
  ...['webhook-', 'x-whisperer-', 'socotra-signature', 'tidings-', 'x-tidings-'],
  ...['proxy-', 'x-forwarded-', 'x-amz-', 'x-goog-', 'x-google-', 'x-aws-ec2-metadata-', 'x-aliyun-ecs-metadata-'],
];

/**
 * Every fault of a subscription's custom headers. `path` is where they stand in the request; a fault of one header is reported at `path/<name>`.
 * Values are judged as templates: placeholders are taken for sound, and what they render to is judged again when it is sent.
 */
export function checkCustomHeaders(headers: readonly HeaderSpec[], path: string): FieldError[] {
  return [
    ...checkTotals(headers, path),
    ...checkDuplicates(headers, path),
    ...headers.flatMap((header) => checkHeader(header, pointer(path, header))),
  ];
}

/** May a subscriber not set this header, in any case? */
function isForbiddenHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return FORBIDDEN.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

/** Can these bytes stand in a header line as they are? Blanks at either end would be lost on the way. */
export const isHeaderValue = (value: string): boolean =>
  VALUE.test(value) && value.trim() === value && value.length <= LIMITS.headerValueBytes.max;

function checkTotals(headers: readonly HeaderSpec[], path: string): FieldError[] {
  const faults: FieldError[] = [];
  const lines = headers.flatMap(({ name, values }) => values.map((value) => name.length + Buffer.byteLength(value)));
  const { headersPerSubscription, headersBytes } = LIMITS;
  if (lines.length > headersPerSubscription.max) {
    faults.push({ path, code: 'too_many_headers', message: `At most ${headersPerSubscription.max} header lines.` });
  }
  if (lines.reduce((sum, bytes) => sum + bytes, 0) > headersBytes.max) {
    faults.push({ path, code: 'headers_too_large', message: `All headers together have at most ${headersBytes.max} bytes.` });
  }
  return faults;
}

function checkDuplicates(headers: readonly HeaderSpec[], path: string): FieldError[] {
  const seen = new Set<string>();
  return headers.flatMap((header) => {
    const lower = header.name.toLowerCase();
    const again = seen.has(lower);
    seen.add(lower);
    return again
      ? [{ path: pointer(path, header), code: 'header_duplicate', message: 'The same header is given twice; names ignore case.' }]
      : [];
  });
}

function checkHeader({ name, values, secret }: HeaderSpec, path: string): FieldError[] {
  if (!TOKEN.test(name) || name.length > LIMITS.headerNameChars.max) {
    return [{ path, code: 'header_name_invalid', message: `A header name is a token of at most ${LIMITS.headerNameChars.max} letters.` }];
  }
  if (isForbiddenHeader(name)) return [{ path, code: 'header_forbidden', message: 'This header cannot be set by a subscription.' }];
  if (values.length === 0 || (secret && values.length > 1)) {
    return [
      {
        path,
        code: 'header_value_invalid',
        message: secret ? 'A secret header has exactly one value.' : 'A header has at least one value.',
      },
    ];
  }
  return values.every((value) => isSoundTemplate(value, secret)) ? [] : [{ path, code: 'header_value_invalid', message: badValue() }];
}

/** A secret is sent as it is, braces and all. */
function isSoundTemplate(value: string, secret: boolean): boolean {
  if (secret) return isHeaderValue(value);
  const short = Buffer.byteLength(value) <= LIMITS.headerValueBytes.max;
  return short && !value.includes(MASK) && isHeaderValue(maskPlaceholders(value).replaceAll(MASK, 'x'));
}

const badValue = (): string =>
  `A header value has at most ${LIMITS.headerValueBytes.max} bytes of latin1, no line breaks or other control characters, and no blank at either end.`;

const pointer = (path: string, { name }: HeaderSpec): string => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
