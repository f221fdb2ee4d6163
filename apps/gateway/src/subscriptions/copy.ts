import { LIMITS } from '#domain/limits.js';
import type { HeaderSpec, LocalizedText, SubscriptionSpec } from '#domain/subscription.js';
import type { SubscriptionDraft } from './subscription-fields.js';

const SUFFIX = ' - Copy';

/** A copy to be edited before it is switched on: disabled, renamed, without its secret headers and without the certificate whose key is a secret. Source: Contensis, "Duplicate a webhook". */
export function copyOf({ spec }: { spec: SubscriptionSpec }): SubscriptionDraft {
  const { alertEndpoint } = spec.failureHandling;
  return {
    enabled: false,
    spec: {
      ...spec,
      name: renamed(spec.name),
      headers: withoutSecrets(spec.headers),
      tls: { ...spec.tls, clientCertificate: null },
      failureHandling: {
        ...spec.failureHandling,
        alertEndpoint: alertEndpoint && { ...alertEndpoint, headers: withoutSecrets(alertEndpoint.headers ?? []) },
      },
    },
  };
}

const withoutSecrets = (headers: HeaderSpec[]): HeaderSpec[] => headers.filter(({ secret }) => !secret);

const renamed = (name: LocalizedText): LocalizedText =>
  typeof name === 'string'
    ? withSuffix(name)
    : Object.fromEntries(Object.entries(name).map(([locale, text]) => [locale, withSuffix(text)]));

/** Cut where the limit asks for it, by whole characters. */
const withSuffix = (text: string): string => `${[...text].slice(0, LIMITS.nameChars.max - SUFFIX.length).join('')}${SUFFIX}`;
