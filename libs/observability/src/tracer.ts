/** What a span may tell, in our words; how OpenTelemetry spells them is the exporter's business. None may hold a secret, a path or a query. */
export type Fact =
  | 'tenantId'
  | 'eventId'
  | 'eventType'
  | 'bodyBytes'
  | 'events'
  | 'refused'
  | 'isDuplicate'
  | 'deliveries'
  | 'deliveryId'
  | 'subscriptionId'
  | 'attemptNumber'
  | 'resends'
  | 'trigger'
  | 'method'
  | 'scheme'
  | 'host'
  | 'port'
  | 'status'
  | 'outcome'
  | 'error';

export type Facts = Partial<Record<Fact, string | number | boolean | null>>;

export interface SpanStart {
  name: 'publish' | 'fan-out' | 'attempt';
  kind: 'server' | 'internal' | 'client';
  /** The W3C `traceparent` of what this came of, well-formed; null: a trace begins here. */
  parent: string | null;
  facts: Facts;
  /** Milliseconds since 1970; absent: now. */
  startedAtMs?: number;
}

/** A step of the walk under way. */
export interface Span {
  /** The W3C `traceparent` for what comes of it; well-formed also when the trace is not sampled. */
  readonly traceparent: string;
  end(facts: Facts, isFailed?: boolean): void;
}

/**
 * Tells a collector of the walk, one span per step. Neither ever throws or waits. Where traces are off there is no tracer but null, and
 * `tracer?.start({ … })` does not even make its argument.
 */
export interface Tracer {
  start(span: SpanStart): Span;
  /** Hands over what is left, for a moment at most. */
  stop(): Promise<void>;
}

/** Injection token of the process's `Tracer | null`. */
export const TRACER_TOKEN = Symbol('tracer');
