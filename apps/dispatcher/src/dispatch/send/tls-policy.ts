import { createSecureContext, type SecureContext } from 'node:tls';

/** What a subscription asks of TLS. Chain and name are verified unless `verify` is false; below TLS 1.2 nothing is spoken. */
export interface TlsPolicy {
  verify: boolean;
}

const contexts = new Map<string, SecureContext>();

/** Requests of the same key may share connections. */
export const tlsKeyOf = (policy: TlsPolicy): string => (policy.verify ? 'verified' : 'unverified');

/** The material of a handshake, made once per key: reading certificates costs more than a request. */
export function secureContextOf(policy: TlsPolicy): SecureContext {
  const key = tlsKeyOf(policy);
  const known = contexts.get(key);
  if (known) return known;
  const made = createSecureContext({ minVersion: 'TLSv1.2' });
  contexts.set(key, made);
  return made;
}
