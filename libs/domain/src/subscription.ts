import type { PayloadFormat } from './payload/payload-format.js';

/** Text for people: one string, or one string per locale (`{"en-GB": "…"}`, as Contensis has it). */
export type LocalizedText = string | Record<string, string>;

/** One Contensis topic: AND across its fields, OR within a list; names compare without case. An empty or absent field asks nothing. */
export interface TopicFilter {
  resourceType?: string;
  event?: string[];
  language?: string[];
  contentTypeId?: string[];
  owner?: string;
  id?: string[];
  dataFormat?: string[];
  workflowEvent?: string[];
  workflowState?: string[];
}

/** One OS1 source: event names of a publisher app under a topic. `events` absent or empty means all of them. */
export interface SourceFilter {
  app?: string;
  topic?: string;
  events?: string[];
}

/** A header to send: templated values, or a secret that is kept encrypted and never rendered, returned or logged. */
export interface HeaderSpec {
  name: string;
  values: string[];
  secret: boolean;
}

/**
 * Body templates by resource type: `<resourceType>.<contentTypeId>`, then `<resourceType>`, then `*`.
 * A value is any JSON whose strings may hold `{/pointer}` placeholders, or one string that is a template of the whole body.
 */
export type Templates = Record<string, unknown>;

interface RetryCommon {
  /** How many attempts in all, the first included. */
  maxAttempts: number;
  /** Share of the delay that is drawn at random around it: 0.2 means ±20 %. */
  jitter?: number;
}

/** When to try again. `n` below counts retries from 0; every number is in seconds. */
export type RetryPolicy = RetryCommon &
  (
    | { kind: 'fixed'; delaySeconds: number }
    /** min(base × n, limit): the first retry of a linear policy is immediate (Akinon's rule). */
    | { kind: 'linear'; baseSeconds: number; limitSeconds?: number | null }
    /** min(initial × base ** n, limit); `initialSeconds` defaults to 1. */
    | { kind: 'exponential'; base: number; initialSeconds?: number; limitSeconds?: number | null }
    /** uniform in [min, max] */
    | { kind: 'random'; minSeconds: number; maxSeconds: number }
    /** `delaysSeconds[i]` is the wait before attempt i + 1; the last one repeats. */
    | { kind: 'schedule'; delaysSeconds: number[] }
  );

/** Which failures the subscription wants handled: an exact status (`404`), a class, or a kind of failure without a response. */
export type FailureTrigger = '4xx' | '5xx' | 'timeout' | 'network' | (string & {});

export interface AlertEndpoint {
  url: string;
  headers?: HeaderSpec[];
}

export interface FailureHandling {
  triggers: FailureTrigger[];
  /** null: one attempt. */
  retry: RetryPolicy | null;
  alertEndpoint: AlertEndpoint | null;
  /** Keep what could not be delivered for an operator (`diverted`) instead of `failed`. */
  divert: boolean;
  /** Suspend the subscription when a delivery is given up. */
  suspend: boolean;
}

export type SignatureStyle = 'standard' | 'whisperer' | 'socotra' | 'none';
export type SignatureAlgorithm = 'hmac-sha256' | 'ed25519';

export interface RateLimit {
  limit: number;
  windowSeconds: number;
}

/** How the receiver is known, and how we are known to it. Absent members stand for null. */
export interface TlsSpec {
  /** false: any certificate will do. Obeyed only where the deployment allows it. */
  verify: boolean;
  /** PEM certificates that the receiver's own has to lead to, in place of the public ones. */
  ca?: string | null;
  clientCertificate?: ClientCertificate | null;
}

export interface ClientCertificate {
  /** PEM: its own first, then those in between. */
  certificate: string;
  /** PEM; sealed where it is stored. In a draft an empty text stands for the one that is stored. */
  privateKey: string;
}

/** All that decides who gets what and how, as stored; secrets stand apart (see the vault). */
export interface SubscriptionSpec {
  name: LocalizedText;
  description: LocalizedText | null;
  /** Template; scheme, host and port are literal. */
  url: string;
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  eventTypes: string[];
  topics: TopicFilter[];
  sources: SourceFilter[];
  /** JSON Logic over the event's tree, or null. */
  filter: unknown;
  headers: HeaderSpec[];
  templates: Templates;
  /** The shape of a body that no template makes. Absent in specs of before there was a choice: `standard`. */
  format?: PayloadFormat;
  signature: {
    style: SignatureStyle;
    algorithm: SignatureAlgorithm;
    /** Sent beside a socotra signature, to tell which secret is in use. */
    tag?: string | null;
  };
  tls: TlsSpec;
  /** Deliver only once the endpoint has answered a challenge. Absent: false. */
  endpointCheck?: boolean;
  failureHandling: FailureHandling;
  timeoutMs: number;
  /** Requests under way at once over all dispatchers; null: only each dispatcher's own bound. */
  maxConcurrency: number | null;
  rateLimit: RateLimit | null;
  metadata: Record<string, unknown>;
}

/**
 * Standard Webhooks' schedule: 10 attempts over about 75 hours.
 * Source: Standard Webhooks 1.0, "Deliverability and reliability".
 */
const DEFAULT_DELAYS_SECONDS = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

export const defaultFailureHandling = (): FailureHandling => ({
  triggers: ['4xx', '5xx', 'timeout', 'network'],
  retry: { kind: 'schedule', delaysSeconds: [...DEFAULT_DELAYS_SECONDS], jitter: 0.2, maxAttempts: DEFAULT_DELAYS_SECONDS.length },
  alertEndpoint: null,
  divert: false,
  suspend: false,
});
