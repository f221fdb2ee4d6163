import { formatId } from '#domain/ids.js';
import type { Timings } from '#domain/send-result.js';
import type { Rollup } from '#domain/stats/rollup.js';
import type { Logger } from '#observability/logger.js';
import type { Metrics, Stage } from '#observability/metrics.js';
import type { Tracer } from '#observability/tracer.js';
import type { Claimed } from '#store/claim.store.js';
import type { DueRequest } from '#store/outbound-request.store.js';
import type { FinishedAttempt, Recorded } from '#store/record.store.js';
import type { BreakerChange } from './dispatch/breakers.js';
import type { DispatchEvents } from './dispatch/dispatcher.js';
import type { Handled } from './outbound/handled.js';
import type { FannedOut } from './fanout/fanout.js';
import { traceFanOut } from './fanout/fanout-spans.js';
import { resultClass } from './result-class.js';

const LAG_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** Log lines, metrics, figures and the fan-outs' spans of dispatch: one wide line per attempt; errors are only our own faults. */
export class Observer implements DispatchEvents {
  private readonly attempts;
  private readonly durations;
  private readonly faults;
  private readonly breakers;
  private readonly outbound;
  private readonly decided;
  private readonly matched;
  private readonly found;
  private readonly fanoutLag;
  private readonly claimWait;
  private readonly phases;
  private readonly deliveryTimes;
  private readonly sweepFailures;

  constructor(
    private readonly log: Logger,
    private readonly metrics: Metrics,
    private readonly figures: Rollup,
    private readonly nowMs: () => number = Date.now,
    private readonly tracer: Tracer | null = null,
  ) {
    this.attempts = metrics.counter('tidings_attempts_total', 'Attempts by what they came to and what the request brought.', [
      'outcome',
      'result',
    ]);
    this.durations = metrics.histogram(
      'tidings_attempt_seconds',
      'Time of one request, connecting included.',
      ['outcome'],
      [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 30],
    );
    this.outbound = metrics.counter('tidings_outbound_requests_total', 'Callbacks and fetches of resources by what they came to.', [
      'kind',
      'outcome',
    ]);
    this.faults = metrics.counter('tidings_faults_total', 'Faults of our own; the delivery waits and no attempt is charged.', ['code']);
    this.breakers = metrics.counter(
      'tidings_breaker_changes_total',
      'Circuit breakers of subscriptions that opened, opened again or closed.',
      ['to'],
    );
    this.decided = metrics.counter('tidings_events_fanned_out_total', 'Events of which it was decided who gets them.');
    this.matched = metrics.counter('tidings_deliveries_matched_total', 'Deliveries that the fan-out made.');
    this.found = metrics.counter(
      'tidings_recovered_total',
      'What the sweep found: leases that ran out, deliveries given up for it (poison), events that nobody was woken for, subscriptions with deliveries on hold that could go on.',
      ['what'],
    );
    for (const what of ['lease', 'poison', 'event', 'held']) this.found.inc({ what }, 0);
    this.fanoutLag = metrics.histogram(
      'tidings_fanout_lag_seconds',
      'From when an event was accepted until its fan-out had come to its end.',
      [],
      LAG_SECONDS,
    );
    this.claimWait = metrics.histogram(
      'tidings_claim_wait_seconds',
      'For how long a delivery had been due when it was claimed, by the sweep or because of a wake-up.',
      ['by'],
      LAG_SECONDS,
    );
    this.phases = metrics.histogram(
      'tidings_request_phase_seconds',
      'Time of the phases of one request that took place; first_byte: from its start to the head of the answer.',
      ['phase'],
      [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 30],
    );
    this.deliveryTimes = metrics.histogram(
      'tidings_delivery_seconds',
      'From when an event was accepted until a delivery of it had arrived, retries included; not of what was resent.',
      [],
      [...LAG_SECONDS, 60, 300, 1_800, 7_200, 43_200, 259_200],
    );
    this.sweepFailures = metrics.counter('tidings_sweep_failures_total', 'Steps of the sweep that failed; the next sweep tries again.', [
      'step',
    ]);
  }

  attempted({ claim, result, outcome }: FinishedAttempt, recorded: Recorded, acceptedAt: string): void {
    const kind = recorded === 'late' ? 'late' : outcome.kind;
    const requestMs = result.timings.totalMs ?? 0;
    this.attempts.inc({ outcome: kind, result: resultClass(result) });
    this.durations.observe({ outcome: kind }, requestMs / 1_000);
    this.observePhases(result.timings);
    // How long after its event a delivery was asked for once more says nothing about how long ours take.
    const deliveryMs = kind === 'delivered' && claim.trigger === 'schedule' ? this.nowMs() - Date.parse(acceptedAt) : null;
    if (deliveryMs !== null) this.deliveryTimes.observe(deliveryMs / 1_000);
    this.figures.attempted({
      tenantId: claim.tenantId,
      subscriptionId: claim.subscriptionUuid,
      outcome: kind,
      requestMs,
      deliveryMs,
    });
    this.log.info(
      {
        delivery_id: formatId('dlv', claim.uuid),
        event_id: formatId('evt', claim.eventUuid),
        subscription_id: formatId('sub', claim.subscriptionUuid),
        tenant_id: claim.tenantId,
        attempt_number: claim.attemptCount + 1,
        trigger: claim.trigger,
        outcome: kind,
        status: result.kind === 'response' ? result.status : null,
        error: result.kind === 'failure' ? result.code : null,
        duration_ms: result.timings.totalMs,
        retry_in_seconds: outcome.kind === 'retry' ? outcome.delaySeconds : null,
      },
      'delivery.attempted',
    );
  }

  breakerChanged(claim: Claimed, change: BreakerChange): void {
    this.breakers.inc({ to: change.to });
    const nextProbeInMs = change.to === 'closed' ? null : change.nextProbeInMs;
    this.log.info(
      { subscription_id: formatId('sub', claim.subscriptionUuid), tenant_id: claim.tenantId, next_probe_in_ms: nextProbeInMs },
      `breaker.${change.to}`,
    );
  }

  madeOutbound(due: DueRequest, handled: Handled): void {
    this.outbound.inc({ kind: due.kind, outcome: handled.kind });
    const error = handled.kind === 'failed' ? handled.message : handled.kind === 'local' ? handled.code : null;
    this.log.info({ ...namesOf(due), attempt_number: due.attempts, outcome: handled.kind, error }, 'outbound_request.made');
  }

  outboundFaulted(due: DueRequest | null, code: string, error: unknown): void {
    this.faults.inc({ code });
    this.log.error({ ...(due && namesOf(due)), code, err: error }, 'outbound_request.faulted');
  }

  /** By the one fan-out that was the last to see the event: one that is repeated does not count again. */
  fannedOut(done: FannedOut): void {
    const { events, matches, tookMs } = done;
    this.metrics.observeStage('fanout', tookMs);
    this.decided.inc(events.length);
    this.matched.inc(matches.length);
    const nowMs = this.nowMs();
    for (const { acceptedAt } of events) this.fanoutLag.observe(Math.max(0, nowMs - Date.parse(acceptedAt)) / 1_000);
    if (this.tracer) traceFanOut(this.tracer, done);
    for (const { tenantId, subscriptionId } of matches) this.figures.matched(tenantId, subscriptionId);
  }

  timed(stage: Stage, ms: number): void {
    this.metrics.observeStage(stage, ms);
  }

  claimed(by: 'sweep' | 'wake', waitsMs: number[]): void {
    for (const waitMs of waitsMs) this.claimWait.observe({ by }, waitMs / 1_000);
  }

  recovered(found: { recovered: number; poisoned: number }): void {
    this.found.inc({ what: 'lease' }, found.recovered);
    this.found.inc({ what: 'poison' }, found.poisoned);
    this.log.warn(found, 'leases.recovered');
  }

  swept(what: 'event' | 'held', count: number): void {
    this.found.inc({ what }, count);
  }

  /** Over a connection that is used again there is no phase but the last. */
  private observePhases({ dnsMs, connectMs, tlsMs, firstByteMs }: Timings): void {
    if (dnsMs !== null) this.phases.observe({ phase: 'dns' }, dnsMs / 1_000);
    if (connectMs !== null) this.phases.observe({ phase: 'connect' }, connectMs / 1_000);
    if (tlsMs !== null) this.phases.observe({ phase: 'tls' }, tlsMs / 1_000);
    if (firstByteMs !== null) this.phases.observe({ phase: 'first_byte' }, firstByteMs / 1_000);
  }

  sweepFailed(step: string, err: unknown): void {
    this.sweepFailures.inc({ step });
    this.log.error({ step, err }, 'sweep.failed');
  }

  faulted(claim: Claimed, code: string, error?: unknown): void {
    this.faults.inc({ code });
    this.log.error({ delivery_id: formatId('dlv', claim.uuid), code, err: error }, 'delivery.faulted');
  }
}

const namesOf = (due: DueRequest) => ({
  outbound_request_id: formatId('out', due.id),
  kind: due.kind,
  subscription_id: formatId('sub', due.subscriptionUuid),
  tenant_id: due.tenantId,
});
