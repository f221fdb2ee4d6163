import { classifyNetworkError, type FailureCode, type LocalFault, type SendResult, type Timings } from '#domain/send-result.js';

/** What an error of a client comes to: a failure that the tenant may read, or a fault of ours. */
export function failureOf(error: object, timings: Timings): SendResult | LocalFault {
  const code = classifyNetworkError(error);
  return typeof code === 'string' ? { kind: 'failure', code, message: MESSAGES[code], timings } : code;
}

/** The kind of failure, never an address or a banner. */
const MESSAGES: Record<FailureCode, string> = {
  timeout_dns: 'The name lookup took too long.',
  timeout_connect: 'Connecting took too long.',
  timeout_tls: 'The TLS handshake took too long.',
  timeout_total: 'The endpoint did not answer in time.',
  dns_error: 'The endpoint’s name could not be resolved.',
  connection_refused: 'The endpoint refused the connection.',
  connection_reset: 'The endpoint closed the connection before it answered.',
  connection_error: 'The connection failed.',
  tls_untrusted: 'The endpoint’s certificate is not trusted.',
  tls_hostname: 'The endpoint’s certificate is for another name.',
  tls_expired: 'The endpoint’s certificate has expired.',
  tls_protocol: 'The endpoint does not speak TLS 1.2 or newer.',
  tls_error: 'The TLS connection failed.',
  response_headers_too_large: 'The response headers are too large.',
  protocol_error: 'The answer is not valid HTTP.',
  blocked_address: 'The endpoint’s address may not be dialled.',
  blocked_port: 'The endpoint’s port may not be dialled.',
  template_error: 'The request could not be rendered.',
  url_invalid: 'The rendered URL cannot be used.',
};
