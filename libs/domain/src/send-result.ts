/** What went wrong when a request brought no answer. Stable: stored with the attempt and shown to the tenant. */
export const FAILURE_CODES = [
  'timeout_dns',
  'timeout_connect',
  'timeout_tls',
  'timeout_total',
  'dns_error',
  'connection_refused',
  'connection_reset',
  'connection_error',
  'tls_untrusted',
  'tls_hostname',
  'tls_expired',
  'tls_protocol',
  'tls_error',
  'response_headers_too_large',
  'protocol_error',
  'blocked_address',
  'blocked_port',
  'template_error',
  'url_invalid',
  'auth_failed',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/**
 * Where the time of one request went, in milliseconds; null for what did not take place (a reused connection, a literal address, no answer). The
 * three of dialling are lengths; the other two count from the start. Where dialling fails there is the total alone.
 */
export interface Timings {
  dnsMs: number | null;
  /** Through a proxy: until its tunnel stands. */
  connectMs: number | null;
  tlsMs: number | null;
  /** From the start until the answer's head was complete. */
  firstByteMs: number | null;
  /** From the start until the end. */
  totalMs: number | null;
}

/** What came of one request. `bodyPrefix` are the first bytes of the body as they arrived, `truncated` when there were more. */
export type SendResult =
  | {
      kind: 'response';
      status: number;
      headers: Record<string, string | string[]>;
      bodyPrefix: Buffer;
      truncated: boolean;
      timings: Timings;
      retryAfter?: string | null;
    }
  | { kind: 'failure'; code: FailureCode; message: string; timings: Timings };

/** A fault of ours (files, memory, ports, a bug): never recorded as the customer's attempt. */
export interface LocalFault {
  kind: 'local';
  code: string;
}

export type NetworkPhase = 'lookup' | 'connect' | 'secureConnect' | 'request';

/** What is read of an error: Node's `code` and `syscall`, got's `event` (the timer that ran out), our client's own `phase`. Never the message. */
export interface NetworkErrorLike {
  code?: unknown;
  name?: unknown;
  syscall?: unknown;
  event?: unknown;
  phase?: NetworkPhase;
}

const LOCAL_CODES = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EADDRNOTAVAIL', 'ENOBUFS', 'EFILE']);

const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'ETIMEOUT', 'ESOCKETTIMEDOUT']);

/** The codes of Node, c-ares, OpenSSL, got and undici, under what they mean. */
const MEANINGS: Partial<Record<FailureCode, string[]>> = {
  timeout_connect: ['UND_ERR_CONNECT_TIMEOUT'],
  timeout_tls: ['ERR_TLS_HANDSHAKE_TIMEOUT'],
  timeout_total: ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
  dns_error: ['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'EREFUSED', 'EBADRESP', 'EBADNAME', 'EFORMERR', 'ENOTIMP'],
  connection_refused: ['ECONNREFUSED'],
  connection_reset: ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_READING_RESPONSE_STREAM'],
  tls_untrusted: [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_UNTRUSTED',
    'CERT_REJECTED',
    'CERT_REVOKED',
    'CERT_SIGNATURE_FAILURE',
    'CERT_CHAIN_TOO_LONG',
    'INVALID_CA',
  ],
  tls_hostname: ['HOSTNAME_MISMATCH', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_FORMAT'],
  tls_expired: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
  tls_protocol: ['EPROTO'],
  response_headers_too_large: ['HPE_HEADER_OVERFLOW', 'UND_ERR_HEADERS_OVERFLOW'],
  protocol_error: ['ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'],
  template_error: ['ERR_INVALID_CHAR', 'ERR_INVALID_HTTP_TOKEN', 'UND_ERR_INVALID_ARG'],
  url_invalid: ['ERR_INVALID_URL', 'ERR_INVALID_PROTOCOL', 'ERR_UNSUPPORTED_PROTOCOL', 'ERR_UNESCAPED_CHARACTERS'],
};

/** A failure code stands for itself: our own guard throws `blocked_address`. */
const BY_CODE: ReadonlyMap<string, FailureCode> = new Map(
  FAILURE_CODES.flatMap((failure) => [failure, ...(MEANINGS[failure] ?? [])].map((code) => [code, failure] as const)),
);

/** Families of codes, the first that fits. OpenSSL has hundreds of ERR_SSL_ codes and the HTTP parser dozens of HPE_ ones. */
const BY_PATTERN: readonly (readonly [RegExp, FailureCode])[] = [
  [/^ERR_SSL_/, 'tls_protocol'],
  [/^(ERR_TLS_|CERT_|CRL_|ERROR_IN_CERT_|ERROR_IN_CRL_|UNABLE_TO_)/, 'tls_error'],
  [/^(HPE_|ERR_HTTP2_)/, 'protocol_error'],
  [/^EAI_/, 'dns_error'],
];

const TIMEOUT_BY_PHASE: ReadonlyMap<string | null, FailureCode> = new Map([
  ['lookup', 'timeout_dns'],
  ['connect', 'timeout_connect'],
  ['secureConnect', 'timeout_tls'],
]);

/**
 * What an error of the HTTP client means: a failure of the receiver, or a local fault of ours.
 * A code that nobody knows is the receiver's when the operating system gave it, ours otherwise: a bug of ours must not cost an attempt.
 */
export function classifyNetworkError(error: NetworkErrorLike): FailureCode | LocalFault {
  const code = typeof error.code === 'string' ? error.code : '';
  if (LOCAL_CODES.has(code)) return { kind: 'local', code };
  // undici's parser gives no code of its own.
  if (error.name === 'HTTPParserError') return 'protocol_error';
  if (error.name === 'TimeoutError' || TIMEOUT_CODES.has(code)) return timeoutCode(error);
  // The resolver of c-ares says ECONNREFUSED too, of the name server.
  if (phaseOf(error) === 'lookup' && code.startsWith('E') && !isFailureCode(code)) return 'dns_error';
  const known = BY_CODE.get(code) ?? BY_PATTERN.find(([pattern]) => pattern.test(code))?.[1];
  if (known) return known;
  return /^E[A-Z0-9]+$/.test(code) ? 'connection_error' : { kind: 'local', code: code || 'unknown' };
}

const isFailureCode = (text: string): text is FailureCode => (FAILURE_CODES as readonly string[]).includes(text);

export const isTimeout = (code: FailureCode): boolean => code.startsWith('timeout_');

/** A timer that names no phase is the one over the whole request. The system's own ETIMEDOUT names the call it interrupted. */
const timeoutCode = (error: NetworkErrorLike): FailureCode => TIMEOUT_BY_PHASE.get(phaseOf(error)) ?? 'timeout_total';

function phaseOf({ phase, event, syscall, code }: NetworkErrorLike): string | null {
  if (phase) return phase;
  if (typeof event === 'string') return event;
  if (code === 'ETIMEOUT') return 'lookup';
  if (typeof syscall !== 'string') return null;
  if (syscall === 'getaddrinfo' || syscall.startsWith('query')) return 'lookup';
  return syscall === 'connect' ? 'connect' : null;
}
