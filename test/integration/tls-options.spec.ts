import { checkTls } from '../../apps/gateway/src/subscriptions/check/check-tls.js';
import { parseAllowList } from '../../libs/domain/src/address-policy.js';
import { LIMITS } from '../../libs/domain/src/limits.js';
import type { ClientCertificate, TlsSpec } from '../../libs/domain/src/subscription.js';
import { makeCertificate } from '../support/certificates.js';

const policy = { allowHttp: false, allow: parseAllowList([]), allowUnverifiedTls: true };
const faultsOf = (tls: Partial<TlsSpec>, stored: ClientCertificate | null = null, over: object = {}): string[] =>
  checkTls({ verify: true, ...tls }, { ...policy, ...over }, stored).map(({ path, code }) => `${path} ${code}`);

describe('the TLS options of a subscription', () => {
  const authority = makeCertificate('authority', { isAuthority: true });
  const own = makeCertificate('own', { issuer: authority });
  const mine = { certificate: own.cert, privateKey: own.key };
  /** PEM may hold any number of empty lines between its parts. */
  const padded = (pem: string, bytes: number): string => pem + '\n'.repeat(bytes - pem.length);

  it('may be certificates of an authority, or of the receiver itself', () => {
    for (const ca of [authority.cert, own.cert, authority.cert + own.cert, `\n${authority.cert}\n\n${own.cert}`])
      expect(faultsOf({ ca })).toEqual([]);
  });

  it.each([
    ['text', 'not a certificate'],
    ['a key', own.key],
    ['a certificate and something else', `${authority.cert}and more`],
    ['a certificate that is cut off', authority.cert.slice(0, 200)],
    ['a certificate of nonsense', '-----BEGIN CERTIFICATE-----\nMIIBkjCCATig\n-----END CERTIFICATE-----'],
  ])('refuse %s for an authority', (_what, ca) => {
    expect(faultsOf({ ca })).toEqual(['/tls/ca certificate_invalid']);
    expect(faultsOf({ clientCertificate: { ...mine, certificate: ca } })).toEqual([
      '/tls/clientCertificate/certificate certificate_invalid',
    ]);
  });

  it('take a client certificate with its chain and the key that belongs to it', () => {
    expect(faultsOf({ clientCertificate: mine })).toEqual([]);
    expect(faultsOf({ clientCertificate: { ...mine, certificate: own.cert + authority.cert } })).toEqual([]);
  });

  it.each([
    ['is none', 'not a key', 'private_key_invalid'],
    ['is a certificate', own.cert, 'private_key_invalid'],
    ['is another’s', authority.key, 'private_key_mismatch'],
  ])('refuse a private key that %s', (_what, privateKey, code) => {
    expect(faultsOf({ clientCertificate: { ...mine, privateKey } })).toEqual([`/tls/clientCertificate/privateKey ${code}`]);
  });

  it('keep the stored key for the stored certificate alone', () => {
    const stored = { ...mine, privateKey: 'v1.k1.sealed' };
    expect(faultsOf({ clientCertificate: { ...mine, privateKey: '' } }, stored)).toEqual([]);
    expect(faultsOf({ clientCertificate: stored }, stored)).toEqual([]);
    const required = ['/tls/clientCertificate/privateKey required'];
    expect(faultsOf({ clientCertificate: { ...mine, privateKey: '' } })).toEqual(required);
    expect(faultsOf({ clientCertificate: { certificate: authority.cert, privateKey: '' } }, stored)).toEqual(required);
  });

  it('do without verification only where the deployment allows it', () => {
    expect(faultsOf({ verify: false })).toEqual([]);
    expect(faultsOf({ verify: false }, null, { allowUnverifiedTls: false })).toEqual(['/tls/verify tls_verify_required']);
  });

  it('are bounded in size and number', () => {
    const { tlsCaBytes, tlsCertificates, tlsCertificateBytes, tlsPrivateKeyBytes } = LIMITS;
    const at = (ca: string, certificate: string, privateKey: string) => faultsOf({ ca, clientCertificate: { certificate, privateKey } });
    const sized = (extra: number) =>
      at(
        padded(authority.cert, tlsCaBytes.max + extra),
        padded(own.cert, tlsCertificateBytes.max + extra),
        padded(own.key, tlsPrivateKeyBytes.max),
      );
    expect(sized(0)).toEqual([]);
    expect(sized(1)).toEqual(['/tls/ca too_large', '/tls/clientCertificate/certificate too_large']);
    expect(at(authority.cert, own.cert, padded(own.key, tlsPrivateKeyBytes.max + 1))).toEqual([
      '/tls/clientCertificate/privateKey too_large',
    ]);
    expect(faultsOf({ ca: authority.cert.repeat(tlsCertificates.max) })).toEqual([]);
    expect(faultsOf({ ca: authority.cert.repeat(tlsCertificates.max + 1) })).toEqual(['/tls/ca too_many_items']);
  });
});
