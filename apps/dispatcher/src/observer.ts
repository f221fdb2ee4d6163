import { formatId } from '#domain/ids.js';
import type { Logger } from '#observability/logger.js';
import type { Metrics } from '#observability/metrics.js';
import type { Claimed } from '#store/claim.store.js';
import type { DueRequest } from '#store/outbound-request.store.js';
import type { FinishedAttempt, Recorded } from '#store/record.store.js';
import type { BreakerChange } from './dispatch/breakers.js';
import type { DispatchEvents } from './dispatch/dispatcher.js';
import type { Handled } from './outbound/handled.js';

/** Log lines and metrics of dispatch: one wide line per attempt; errors are only our own faults. */
export class Observer implements DispatchEvents {
  private readonly attempts;
  private readonly durations;
  private readonly faults;
  private readonly breakers;
  private readonly outbound;

  constructor(
    private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter('tidings_attempts_total', 'Attempts by what they came to.', ['outcome']);
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
  }

  attempted({ claim, result, outcome }: FinishedAttempt, recorded: Recorded): void {
    const kind = recorded === 'late' ? 'late' : outcome.kind;
    this.attempts.inc({ outcome: kind });
    this.durations.observe({ outcome: kind }, (result.timings.totalMs ?? 0) / 1_000);
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
