import { invalidField } from '#domain/errors.js';
import { readUuid } from '#domain/ids.js';
import type { DeliveryReportsService } from '../../deliveries/delivery-reports.service.js';
import { isInstant } from '../../publish/instant.js';
import { NO_ANSWER } from './hook-event.dto.js';
import type { QueryText } from './page-number.js';

export type HookEventFilter = Parameters<DeliveryReportsService['list']>[1];

/** Source: dj-whisperer's filters of hook events. */
const CREATED = new Map([
  ['created_date', '='],
  ['created_date__gt', '>'],
  ['created_date__gte', '>='],
  ['created_date__lt', '<'],
  ['created_date__lte', '<='],
] as const);

export const HOOK_EVENT_FILTERS = [
  ...['uuid', 'response_http_status', 'delivered', 'object_id', 'content_type', 'webhook', 'event_type'],
  ...CREATED.keys(),
];

export function readHookEventFilter(query: QueryText): HookEventFilter {
  const { uuid, response_http_status: status, delivered, webhook } = query;
  return {
    uuid: uuid === undefined ? undefined : uuidOf(uuid),
    lastStatus: status === undefined ? undefined : lastStatus(wholeOf('response_http_status', status)),
    isAnswered2xx: delivered === undefined ? undefined : flagOf('delivered', delivered),
    subscriptionNumber: webhook === undefined ? undefined : String(wholeOf('webhook', webhook)),
    resourceId: query['object_id'],
    resourceType: query['content_type'],
    eventType: query['event_type'],
    created: [...CREATED].flatMap(([name, operator]) => {
      const at = query[name];
      return at === undefined ? [] : [{ operator, at: instantOf(name, at) }];
    }),
  };
}

const lastStatus = (status: number) => ({ status, orNone: status === NO_ANSWER });

function uuidOf(text: string): string {
  const uuid = readUuid(text);
  if (uuid === null) throw invalidField('/uuid', 'invalid_value', 'Enter a valid UUID.');
  return uuid;
}

export function flagOf(name: string, text: string): boolean {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw invalidField(`/${name}`, 'invalid_value', 'Must be a valid boolean.');
  return lower === 'true';
}

/** Within what a column of the database holds. */
function wholeOf(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw invalidField(`/${name}`, 'invalid_value', 'Enter a number.');
  return Number(text);
}

function instantOf(name: string, text: string): string {
  if (!isInstant(text)) throw invalidField(`/${name}`, 'invalid_value', 'Enter a valid date/time.');
  return text;
}
