import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import {
  ATTR_MESSAGING_BATCH_MESSAGE_COUNT,
  ATTR_MESSAGING_MESSAGE_BODY_SIZE,
  ATTR_MESSAGING_MESSAGE_ID,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
} from '@opentelemetry/semantic-conventions/incubating';
import type { Fact, Facts, SpanStart } from '../tracer.js';

/** Our words as OpenTelemetry's semantic conventions have them; what they have no word for stands under `tidings.`. */
const NAMES: Record<Fact, string> = {
  tenantId: 'tidings.tenant.id',
  eventId: ATTR_MESSAGING_MESSAGE_ID,
  eventType: 'tidings.event.type',
  bodyBytes: ATTR_MESSAGING_MESSAGE_BODY_SIZE,
  events: ATTR_MESSAGING_BATCH_MESSAGE_COUNT,
  refused: 'tidings.batch.refused',
  isDuplicate: 'tidings.event.duplicate',
  deliveries: 'tidings.deliveries',
  deliveryId: 'tidings.delivery.id',
  subscriptionId: 'tidings.subscription.id',
  attemptNumber: 'tidings.attempt.number',
  resends: ATTR_HTTP_REQUEST_RESEND_COUNT,
  trigger: 'tidings.attempt.trigger',
  method: ATTR_HTTP_REQUEST_METHOD,
  scheme: ATTR_URL_SCHEME,
  host: ATTR_SERVER_ADDRESS,
  port: ATTR_SERVER_PORT,
  status: ATTR_HTTP_RESPONSE_STATUS_CODE,
  outcome: 'tidings.attempt.outcome',
  error: ATTR_ERROR_TYPE,
};

const OPERATIONS: Record<SpanStart['name'], Attributes> = {
  publish: { [ATTR_MESSAGING_OPERATION_NAME]: 'publish', [ATTR_MESSAGING_OPERATION_TYPE]: 'send' },
  'fan-out': { [ATTR_MESSAGING_OPERATION_NAME]: 'fan-out', [ATTR_MESSAGING_OPERATION_TYPE]: 'process' },
  attempt: {},
};

/** What a span is by its name. */
export const operationOf = (name: SpanStart['name']): Attributes => ({ [ATTR_MESSAGING_SYSTEM]: 'tidings', ...OPERATIONS[name] });

/** What is null is left out. */
export function attributesOf(facts: Facts): Attributes {
  const attributes: Attributes = {};
  for (const [fact, value] of Object.entries(facts)) if (value !== null) attributes[NAMES[fact as Fact]] = value;
  return attributes;
}
