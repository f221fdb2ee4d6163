/** Fields that are never logged, whatever holds them. */
const SECRET_NAME = /authorization|cookie|secret|token|password|webhook-signature|api-?key/i;
/** `scheme://user:password@` in any text. */
const USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]*@/gi;
const MAX_DEPTH = 6;

/** Everything behind the `?` of a URL in any text: receivers are often told their token there. */
const QUERY = /\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*)\?[^\s#"'<>]*/gi;
/** Keys and secrets of our own making, and credentials as headers carry them. */
const CREDENTIAL = /\b(whsec_|whsk_|tdg_[a-z0-9]{1,16}_[0-9A-Z]{26}_|(?:bearer|basic) +)[A-Za-z0-9+/=_.~-]{8,}/gi;

/** Text as it may be logged: without the userinfo and the query of a URL, and without what is plainly a secret. */
const redactText = (text: string): string => text.replace(USERINFO, '$1***@').replace(QUERY, '$1?***').replace(CREDENTIAL, '$1***');

/** A copy fit for the log: members whose name speaks of a secret are masked, what gives one away is taken out of every text, errors become plain. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (value instanceof Error) return plainError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, maskedOr(name, member, depth)]));
}

/** A flag, a count, or whether a setting is set, gives nothing away though it is named after a secret. */
const maskedOr = (name: string, member: unknown, depth: number): unknown =>
  SECRET_NAME.test(name) && isTelling(member) ? '***' : redact(member, depth + 1);

const isTelling = (member: unknown): boolean =>
  (typeof member === 'string' && member !== 'set' && member !== 'unset') || (typeof member === 'object' && member !== null);

/** What a query failed with is worth logging, its parameters (a customer's data) are not. */
function plainError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    type: name,
    code,
    message: redactText(message),
    stack: stack === undefined ? undefined : redactText(stack),
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
  };
}
