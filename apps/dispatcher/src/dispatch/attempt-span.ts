import { DomainError } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import type { Facts, Tracer } from '#observability/tracer.js';
import type { FinishedAttempt } from '#store/record.store.js';
import type { Attempted, Work } from './attempt.js';

/**
 * Makes one attempt inside a span of its own, of the event's trace: retries, resends and replays of an event all belong to the trace it was
 * published in, however much later they are. `tryOnce` gets the `traceparent` that the receiver may be told.
 */
export async function traced(tracer: Tracer, work: Work, tryOnce: (traceparent: string) => Promise<Attempted>): Promise<Attempted> {
  const span = tracer.start({ name: 'attempt', kind: 'client', parent: work.event.stored.traceparent ?? null, facts: begun(work) });
  try {
    const attempted = await tryOnce(span.traceparent);
    if (attempted.kind === 'fault') span.end({ error: attempted.code }, true);
    else span.end(told(attempted.attempt), attempted.attempt.outcome.kind !== 'delivered');
    return attempted;
  } catch (error) {
    span.end({ error: error instanceof DomainError ? error.code : 'internal_error' }, true);
    throw error;
  }
}

const begun = ({ claim, event: { stored } }: Work): Facts => ({
  tenantId: formatId('ten', claim.tenantId),
  eventId: stored.id,
  eventType: stored.type,
  deliveryId: formatId('dlv', claim.uuid),
  subscriptionId: formatId('sub', claim.subscriptionUuid),
  attemptNumber: claim.attemptCount + 1,
  resends: claim.attemptCount === 0 ? null : claim.attemptCount,
  trigger: claim.trigger,
});

/** Of the url nothing but where it leads: a path or a query may hold the receiver's secret. */
function told({ request, result, outcome }: FinishedAttempt): Facts {
  const url = request && URL.parse(request.url);
  const status = result.kind === 'response' ? result.status : null;
  return {
    method: request?.method ?? null,
    scheme: url ? url.protocol.slice(0, -1) : null,
    host: url ? url.hostname : null,
    port: url ? Number(url.port || (url.protocol === 'http:' ? 80 : 443)) : null,
    status,
    outcome: outcome.kind,
    error: result.kind === 'failure' ? result.code : status !== null && status >= 400 ? String(status) : null,
  };
}
