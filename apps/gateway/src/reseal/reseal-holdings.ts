import type { AlertEndpoint } from '#domain/subscription.js';
import type { SealedHoldings } from '#store/reseal.store.js';
import { aadOf, headerPurpose, type SecretPurpose } from '#vault/vault.js';

/** What to put in place of a sealed text; `aad` is what it is bound to. */
export type Reseal = (sealed: string, aad: string) => string;

/** Everything that one subscription keeps sealed, each text replaced by `reseal` of it. Whatever is sealed anywhere has to be named here. */
export function resealHoldings(holdings: SealedHoldings, reseal: Reseal): SealedHoldings {
  const { tenantId, id, spec, secretHeaders, secrets } = holdings;
  const sealed = (text: string, purpose: SecretPurpose | `${SecretPurpose}:${string}`): string =>
    reseal(text, aadOf(tenantId, id, purpose));
  const { failureHandling } = spec;
  return {
    ...holdings,
    secretHeaders: Object.fromEntries(Object.entries(secretHeaders).map(([name, text]) => [name, sealed(text, headerPurpose(name))])),
    spec: failureHandling.alertEndpoint
      ? { ...spec, failureHandling: { ...failureHandling, alertEndpoint: resealAlert(failureHandling.alertEndpoint, sealed) } }
      : spec,
    secrets: secrets.map((secret) => ({ ...secret, sealed: sealed(secret.sealed, 'signing-secret') })),
  };
}

const resealAlert = (endpoint: AlertEndpoint, sealed: (text: string, purpose: `${SecretPurpose}:${string}`) => string): AlertEndpoint => ({
  ...endpoint,
  headers: endpoint.headers?.map((header) =>
    header.secret ? { ...header, values: header.values.map((text) => sealed(text, headerPurpose(header.name, 'alert-header'))) } : header,
  ),
});
