import { createHash } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

/** What a subscription asks of TLS. Chain and name are verified unless `verify` is false; below TLS 1.2 nothing is spoken. */
export interface TlsPolicy {
  verify: boolean;
  /** PEM certificates that the receiver's own has to lead to, in place of the public ones. */
  ca?: string | null;
  /** Shown to the receiver; both in PEM. */
  clientCertificate?: { certificate: string; privateKey: string } | null;
}

/** Contexts kept: reading certificates costs more than a request. The least recently made goes first. */
const MAX_CONTEXTS = 1_000;
const contexts = new Map<string, SecureContext>();
const keys = new WeakMap<TlsPolicy, string>();

/** Requests of the same key may share connections; what is asked of TLS decides it, down to the private key. */
export function tlsKeyOf(policy: TlsPolicy): string {
  const { verify, ca, clientCertificate } = policy;
  if (!ca && !clientCertificate) return verify ? 'verified' : 'unverified';
  const known = keys.get(policy);
  if (known !== undefined) return known;
  const key = createHash('sha256')
    .update(JSON.stringify([verify, ca, clientCertificate?.certificate, clientCertificate?.privateKey]))
    .digest('base64');
  keys.set(policy, key);
  return key;
}

/** The material of a handshake. */
export function secureContextOf(policy: TlsPolicy): SecureContext {
  const key = tlsKeyOf(policy);
  const known = contexts.get(key);
  if (known) return known;
  const { ca, clientCertificate } = policy;
  const made = createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca ? { ca } : {}),
    ...(clientCertificate ? { cert: clientCertificate.certificate, key: clientCertificate.privateKey } : {}),
  });
  contexts.set(key, made);
  if (contexts.size > MAX_CONTEXTS) contexts.delete(contexts.keys().next().value!);
  return made;
}
