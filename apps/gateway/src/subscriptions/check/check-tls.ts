import type { FieldError } from '#domain/errors.js';
import { type Limit, LIMITS } from '#domain/limits.js';
import type { ClientCertificate, TlsSpec } from '#domain/subscription.js';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { EndpointPolicy } from '../../http/url-policy.js';

/** Does the draft leave the private key as it is stored? A draft that was made of a stored subscription holds it sealed. */
export const isKeptKey = ({ privateKey }: ClientCertificate, stored: ClientCertificate | null): boolean =>
  privateKey === '' || privateKey === stored?.privateKey;

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Faults of the TLS options. `stored` is the client certificate as it is stored, its private key sealed. */
export function checkTls(tls: TlsSpec, policy: EndpointPolicy, stored: ClientCertificate | null): FieldError[] {
  return [
    ...(tls.verify || policy.allowUnverifiedTls ? [] : [refusal('/tls/verify', 'tls_verify_required', 'Certificates are verified here.')]),
    ...(tls.ca ? checkCertificates(tls.ca, LIMITS.tlsCaBytes, '/tls/ca') : []),
    ...(tls.clientCertificate ? checkClientCertificate(tls.clientCertificate, stored, '/tls/clientCertificate') : []),
  ];
}

function checkClientCertificate(given: ClientCertificate, stored: ClientCertificate | null, path: string): FieldError[] {
  const { certificate, privateKey } = given;
  const faults = checkCertificates(certificate, LIMITS.tlsCertificateBytes, `${path}/certificate`);
  if (faults.length > 0) return faults;
  if (!isKeptKey(given, stored)) return checkPrivateKey(privateKey, certificate, `${path}/privateKey`);
  return certificate === stored?.certificate
    ? []
    : [refusal(`${path}/privateKey`, 'required', 'A certificate comes with its private key.')];
}

function checkCertificates(pem: string, limit: Limit, path: string): FieldError[] {
  if (Buffer.byteLength(pem) > limit.max) return [refusal(path, 'too_large', `At most ${limit.max} bytes.`)];
  const blocks = pem.match(BLOCK) ?? [];
  const { max } = LIMITS.tlsCertificates;
  if (blocks.length > max) return [refusal(path, 'too_many_items', `At most ${max} certificates.`)];
  const isSound =
    blocks.length > 0 && pem.replace(BLOCK, '').trim() === '' && blocks.every((block) => works(() => new X509Certificate(block)));
  return isSound && works(() => createSecureContext({ ca: pem }))
    ? []
    : [refusal(path, 'certificate_invalid', 'One or more certificates in PEM, and nothing else.')];
}

function checkPrivateKey(pem: string, certificate: string, path: string): FieldError[] {
  const { max } = LIMITS.tlsPrivateKeyBytes;
  if (Buffer.byteLength(pem) > max) return [refusal(path, 'too_large', `At most ${max} bytes.`)];
  const key = privateKeyOf(pem);
  if (!key) return [refusal(path, 'private_key_invalid', 'A private key in PEM that needs no passphrase.')];
  if (!new X509Certificate(certificate).checkPrivateKey(key)) {
    return [refusal(path, 'private_key_mismatch', 'This is not the key of the certificate that stands first.')];
  }
  // What TLS itself would not take: a key that is too short, a digest that is too old.
  return works(() => createSecureContext({ cert: certificate, key: pem }))
    ? []
    : [refusal(path, 'certificate_too_weak', 'TLS does not take this key and certificate any more.')];
}

function privateKeyOf(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

function works(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

const refusal = (path: string, code: string, message: string): FieldError => ({ path, code, message });
