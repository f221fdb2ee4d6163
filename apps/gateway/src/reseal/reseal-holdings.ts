import type { AlertEndpoint, SubscriptionSpec } from '#domain/subscription.js';
import type { SealedHoldings } from '#store/reseal.store.js';
import { aadOf, headerPurpose, type SecretPurpose } from '#vault/vault.js';

/** What to put in place of a sealed text; `aad` is what it is bound to. */
export type Reseal = (sealed: string, aad: string) => string;

/** Everything that one subscription keeps sealed, each text replaced by `reseal` of it. Whatever is sealed anywhere has to be named here. */
export function resealHoldings(holdings: SealedHoldings, reseal: Reseal): SealedHoldings {
  const { tenantId, id, spec, secretHeaders, authSecret, secrets } = holdings;
  const sealed: Sealed = (text, purpose) => reseal(text, aadOf(tenantId, id, purpose));
  return {
    ...holdings,
    secretHeaders: Object.fromEntries(Object.entries(secretHeaders).map(([name, text]) => [name, sealed(text, headerPurpose(name))])),
    authSecret: authSecret === null ? null : sealed(authSecret, 'endpoint-auth'),
    spec: resealSpec(spec, sealed),
    secrets: secrets.map((secret) => ({ ...secret, sealed: sealed(secret.sealed, 'signing-secret') })),
  };
}

type Sealed = (text: string, purpose: SecretPurpose | `${SecretPurpose}:${string}`) => string;

/** What is sealed where it stands. */
function resealSpec(spec: SubscriptionSpec, sealed: Sealed): SubscriptionSpec {
  const { alertEndpoint } = spec.failureHandling;
  const { clientCertificate } = spec.tls;
  return {
    ...spec,
    ...(alertEndpoint && { failureHandling: { ...spec.failureHandling, alertEndpoint: resealAlert(alertEndpoint, sealed) } }),
    ...(clientCertificate && {
      tls: {
        ...spec.tls,
        clientCertificate: { ...clientCertificate, privateKey: sealed(clientCertificate.privateKey, 'tls-private-key') },
      },
    }),
  };
}

const resealAlert = (endpoint: AlertEndpoint, sealed: Sealed): AlertEndpoint => ({
  ...endpoint,
  headers: endpoint.headers?.map((header) =>
    header.secret ? { ...header, values: header.values.map((text) => sealed(text, headerPurpose(header.name, 'alert-header'))) } : header,
  ),
});
