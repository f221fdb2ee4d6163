import { type BreakerPolicy, type BreakerWindow, countAttempt, emptyWindow, shouldOpen } from '#domain/breaker.js';
import type { EndpointVerdict } from '#domain/endpoint-verdict.js';
import { type Lane, laneOf, type Pace, paceAfter } from '#domain/lane.js';

interface Known {
  pace: Pace | null;
  window: BreakerWindow;
}

/** Endpoints that are remembered; the one heard of least recently goes first, and is unproven again. */
const MAX_KNOWN = 20_000;

/** What this process has seen of its subscriptions' endpoints: enough for their lanes and for their breakers. Nothing of it is stored. */
export class Endpoints {
  private readonly known = new Map<string, Known>();

  constructor(private readonly policy: BreakerPolicy) {}

  lane(subscriptionUuid: string, oldestMs: number): Lane {
    return laneOf(this.known.get(subscriptionUuid)?.pace ?? null, oldestMs);
  }

  /** Takes note of an attempt. True when too many have failed: then its breaker should open, and the counting begins anew. */
  note(subscriptionUuid: string, verdict: EndpointVerdict, durationMs: number): boolean {
    const nowMs = performance.now();
    const { pace, window } = this.known.get(subscriptionUuid) ?? { pace: null, window: emptyWindow(nowMs) };
    const counted = verdict === 'unknown' ? window : countAttempt(window, verdict === 'unwell', nowMs, this.policy);
    const opens = verdict === 'unwell' && shouldOpen(counted, nowMs, this.policy);
    this.remember(subscriptionUuid, { pace: paceAfter(pace, { verdict, durationMs }), window: opens ? emptyWindow(nowMs) : counted });
    return opens;
  }

  private remember(subscriptionUuid: string, known: Known): void {
    this.known.delete(subscriptionUuid);
    this.known.set(subscriptionUuid, known);
    if (this.known.size > MAX_KNOWN) this.known.delete(this.known.keys().next().value!);
  }
}
