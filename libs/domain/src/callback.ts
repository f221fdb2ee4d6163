import { withMember } from './payload/with-member.js';
import type { PayloadFormat } from './payload/payload-format.js';

/** Where it is told what came of each attempt: a url, or the name that the tenant registered one under. */
export type Callback = { url: string } | { name: string };

/** A name of a callback: a dotted path, as dj-whisperer's are, that names nothing but an entry of the tenant's settings. */
export const CALLBACK_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** One attempt that ended, as a callback tells of it. Ids are as the API shows them; `data` are the bytes of the event's data. */
export interface CallbackReport {
  deliveryId: string;
  deliveryUuid: string;
  subscriptionId: string;
  eventId: string;
  eventType: string;
  resourceType: string | null;
  resourceId: string | null;
  data: Buffer;
  number: number;
  trigger: string;
  outcome: string;
  startedAt: string;
  durationMs: number | null;
  status: number | null;
  responseBody: string | null;
  error: { code: string; message: string } | null;
}

/** An attempt without an answer counts as this. Source: dj-whisperer, which records any exception so. */
const NO_ANSWER = 500;

/**
 * The body of a callback: in the words of dj-whisperer's callbacks (response, event_type, instance, payload) for a subscription whose
 * payloads have its format, else in ours.
 */
export function callbackBody(format: PayloadFormat, report: CallbackReport): Buffer {
  const { eventType, resourceType, resourceId, status, responseBody, error } = report;
  if (format === 'whisperer') {
    const head = {
      event_type: eventType,
      uuid: report.deliveryUuid.replaceAll('-', ''),
      instance: resourceId === null ? null : { pk: keyOf(resourceId), model: resourceType },
      response: { status_code: status ?? NO_ANSWER, content: responseBody ?? error?.message ?? '' },
      delivered: report.outcome === 'delivered',
      retry_count: report.number,
    };
    return withMember(head, 'payload', report.data.length > 0 ? report.data : Buffer.from('{}'));
  }
  const { number, trigger, outcome, startedAt, durationMs } = report;
  return Buffer.from(
    JSON.stringify({
      type: 'delivery.attempted',
      deliveryId: report.deliveryId,
      subscriptionId: report.subscriptionId,
      eventId: report.eventId,
      eventType,
      resource: resourceId === null ? null : { type: resourceType, id: resourceId },
      attempt: { number, trigger, outcome, startedAt, durationMs, status, responseBody, error },
    }),
  );
}

const keyOf = (id: string): string | number => (/^(0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id);
