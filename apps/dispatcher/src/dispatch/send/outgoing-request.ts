import type { TlsPolicy } from './tls-policy.js';

/** One request as it is to leave. Header names count without their case: of two spellings the later one leaves. */
export interface OutgoingRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string | string[]>;
  body: Buffer;
  /** The whole attempt: lookup, connecting, TLS, sending, headers and body. */
  timeoutMs: number;
  tls: TlsPolicy;
}

/** What every request of ours says, beside its own headers. Names are in lower case, so that nothing is said twice. */
export function headersOf(request: OutgoingRequest): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'accept-encoding': 'identity', 'user-agent': 'Tidings/1' };
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  return headers;
}
