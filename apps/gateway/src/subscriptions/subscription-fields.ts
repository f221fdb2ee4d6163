import type { PayloadFormat } from '#domain/payload/payload-format.js';
import type {
  LocalizedText,
  RateLimit,
  RetryPolicy,
  SourceFilter,
  SubscriptionSpec,
  Templates,
  TopicFilter,
} from '#domain/subscription.js';

/** A header as clients write it. `{"secret": true}` alone stands for a secret whose value is already stored. */
export type HeaderInput = string | string[] | { value?: string | string[]; secret?: boolean };
export type HeaderMap = Record<string, HeaderInput>;

export interface AlertEndpointFields {
  url: string;
  headers?: HeaderMap | null;
}

export interface FailureHandlingFields {
  triggers?: string[];
  /** null: one attempt. */
  retry?: RetryPolicy | null;
  alertEndpoint?: AlertEndpointFields | null;
  divert?: boolean;
  suspend?: boolean;
}

/** A private key is text, or `{"secret": true}` for the one that is stored. */
export interface TlsFields {
  verify?: boolean;
  ca?: string | null;
  clientCertificate?: { certificate: string; privateKey: string | { secret: true } } | null;
}

/** What clients may say of a subscription, in the spelling of the native API. Whatever is absent takes its default. */
export interface SubscriptionFields {
  name: LocalizedText;
  description?: LocalizedText | null;
  url: string;
  method?: SubscriptionSpec['method'];
  eventTypes?: string[] | null;
  topics?: TopicFilter[] | null;
  sources?: SourceFilter[] | null;
  filter?: unknown;
  headers?: HeaderMap | null;
  templates?: Templates | null;
  format?: PayloadFormat;
  signature?: Partial<SubscriptionSpec['signature']>;
  tls?: TlsFields;
  endpointCheck?: boolean;
  failureHandling?: FailureHandlingFields | null;
  timeoutMs?: number;
  maxConcurrency?: number | null;
  rateLimit?: RateLimit | null;
  enabled?: boolean;
  metadata?: Record<string, unknown> | null;
}

/**
 * What a subscription is to be, before it is checked. A secret header carries its value; one without values keeps the value that is stored.
 * Dialects make these from their own fields.
 */
export interface SubscriptionDraft {
  spec: SubscriptionSpec;
  enabled: boolean;
}
