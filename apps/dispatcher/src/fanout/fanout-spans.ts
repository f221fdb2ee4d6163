import { formatId } from '#domain/ids.js';
import type { Tracer } from '#observability/tracer.js';
import type { FannedOut } from './fanout.js';

/** A span for each event of a fan-out that has come to its end. Events that are fanned out together each took as long as all of them. */
export function traceFanOut(tracer: Tracer, { events, matches, tookMs }: FannedOut): void {
  const startedAtMs = Date.now() - tookMs;
  const deliveries = Map.groupBy(matches, ({ eventUuid }) => eventUuid);
  for (const { uuid, id, tenantId, type, traceparent = null } of events) {
    const facts = { tenantId: formatId('ten', tenantId), eventId: id, eventType: type };
    tracer
      .start({ name: 'fan-out', kind: 'internal', parent: traceparent, facts, startedAtMs })
      .end({ deliveries: deliveries.get(uuid)?.length ?? 0 });
  }
}
