import type { Callback } from '../../libs/domain/src/callback.js';
import type { EndpointAuth } from '../../libs/domain/src/endpoint-auth.js';

/** The shapes of the native API as its clients know them; kept apart from the gateway's own, so that a slip there shows here. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  /** Of lists that look through so many rows at a time. */
  searchedTo?: string | null;
}

export interface NewEvent {
  type: string;
  data?: unknown;
  id?: string;
  app?: string;
  topic?: string;
  occurredAt?: string;
  resource?: { type: string; id: string } & Record<string, unknown>;
  event?: { name: string } & Record<string, unknown>;
  user?: { id: string } & Record<string, unknown>;
}

export interface RetryPolicy {
  kind: 'fixed' | 'linear' | 'exponential' | 'random' | 'schedule';
  maxAttempts?: number;
  jitter?: number;
  delaySeconds?: number;
  delaysSeconds?: number[];
  baseSeconds?: number;
  base?: number;
  initialSeconds?: number;
  limitSeconds?: number;
  minSeconds?: number;
  maxSeconds?: number;
}

export interface NewSubscription {
  name: string | Record<string, string>;
  description: string;
  url: string;
  method: string;
  eventTypes: string[];
  topics: Record<string, unknown>[];
  sources: { app: string; topic: string; events: string[] }[];
  filter: unknown;
  headers: Record<string, string | string[] | { value: string; secret: boolean }>;
  templates: Record<string, unknown>;
  secret: string;
  signature: { style: 'standard' | 'whisperer' | 'socotra' | 'none'; algorithm: 'hmac-sha256' | 'ed25519' };
  tls: {
    verify?: boolean;
    ca?: string | null;
    clientCertificate?: { certificate: string; privateKey: string | { secret: boolean } } | null;
  };
  endpointCheck: boolean;
  failureHandling: {
    triggers?: string[];
    retry?: RetryPolicy | null;
    alertEndpoint?: { url: string; headers?: NewSubscription['headers'] };
    divert?: boolean;
    suspend?: boolean;
  };
  timeoutMs: number;
  maxConcurrency: number;
  rateLimit: { limit: number; windowSeconds: number };
  ordering: { key: string; afterExhaustion?: 'wait' | 'skip' } | null;
  auth: EndpointAuth | null;
  callback: Callback | null;
  enabled: boolean;
  metadata: Record<string, unknown>;
}

export interface Subscription extends Omit<NewSubscription, 'secret'> {
  id: string;
  uuid: string;
  locator: string;
  number: number;
  suspended: boolean;
  suspendedAt: string | null;
  suspendedReason: string | null;
  active: boolean;
  insecure: boolean;
  version: { createdBy: string; created: string; modifiedBy: string; modified: string; versionNo: number };
}

export type DeliveryState = 'pending' | 'sending' | 'delivered' | 'refused' | 'failed' | 'diverted' | 'cancelled';

export interface Delivery {
  id: string;
  uuid: string;
  number: number;
  eventId: string;
  subscriptionId: string;
  eventType: string;
  state: DeliveryState;
  reason: string | null;
  held: boolean;
  attemptCount: number;
  nextAttemptAt: string | null;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: string;
  endedAt: string | null;
}

export interface Attempt {
  id: string;
  number: number;
  trigger: 'schedule' | 'manual' | 'replay';
  outcome: string;
  startedAt: string;
  durationMs: number;
  timings: { dnsMs: number | null; connectMs: number | null; tlsMs: number | null; firstByteMs: number | null; totalMs: number | null };
  /** null when there was nothing to send. */
  request: { method: string; url: string; headers: Record<string, string | string[]> } | null;
  response: { status: number; headers: Record<string, string | string[]>; body: string; truncated: boolean } | null;
  error: { code: string; message?: string } | null;
}

export interface NewReplay {
  mode: 'failed' | 'missing';
  subscriptionId?: string;
  filter?: Record<string, unknown>;
  from: string;
  to: string;
  ratePerSecond?: number;
  dryRun?: boolean;
}

export interface Replay {
  id: string;
  mode: 'failed' | 'missing';
  subscriptionId: string | null;
  filter: Record<string, unknown>;
  from: string;
  to: string;
  ratePerSecond: number;
  state: 'queued' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed';
  total: number;
  processed: number;
  resent: number;
  skipped: number;
  skippedBy: Record<string, number>;
  lastError: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

export interface ReplayCount {
  count: number;
  total: number;
  examined: number;
  isExact: boolean;
}
