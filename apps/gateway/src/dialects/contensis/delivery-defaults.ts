import type { RetryPolicy } from '#domain/subscription.js';

/** One attempt. Source: Contensis, "Webhooks": a request is given up after 10 seconds. */
export const TIMEOUT_MS = 10_000;

/**
 * 10 attempts within 24 hours, exponential. Source: Contensis, "Webhooks", retries; it gives no more numbers than these.
 * 8 s × 3 ** n: 8 s, 24 s, 72 s … 14.6 h, which is 21.9 h in all, 23 h with the worst of the jitter.
 */
export const RETRY: RetryPolicy = { kind: 'exponential', base: 3, initialSeconds: 8, jitter: 0.05, maxAttempts: 10 };
