import type { TlsSpec } from '#domain/subscription.js';
import type { TlsFields } from './subscription-fields.js';

/** Reads TLS options as clients write them; a private key that is kept has no text. */
export const readTls = ({ verify = true, ca = null, clientCertificate = null }: TlsFields): TlsSpec => ({
  verify,
  ca,
  clientCertificate: clientCertificate && {
    certificate: clientCertificate.certificate,
    privateKey: typeof clientCertificate.privateKey === 'string' ? clientCertificate.privateKey : '',
  },
});

/** TLS options as clients get them: certificates are public, the private key is never shown. */
export const showTls = ({ verify, ca = null, clientCertificate = null }: TlsSpec) =>
  ({
    verify,
    ca,
    clientCertificate: clientCertificate && { certificate: clientCertificate.certificate, privateKey: { secret: true } },
  }) satisfies TlsFields;
