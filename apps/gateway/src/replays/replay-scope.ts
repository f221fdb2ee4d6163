import { DomainError, invalidField } from '#domain/errors.js';
import { compilePattern } from '#domain/match/event-type.js';
import type { ReplayFilter } from '#domain/replay/replay.js';
import type { ReplayScope } from '#store/replay-scope.js';
import type { SubscriptionRow } from '#store/subscription-catalog.store.js';
import { checkWindow } from '../deliveries/list-queries.js';
import { notFound } from '../http/path-ids.js';
import { subscriptionUuid } from '../subscriptions/path-subscription.js';
import type { CreateReplayDto } from './replay.dto.js';

/**
 * Reads what a replay is asked to be about. Errors (422): `invalid_date` for a window that ends before it begins, `required`, `invalid_id`,
 * `event_type_pattern_invalid`, and `not_for_mode` for what mode `missing` would not obey.
 */
export function readScope(tenantId: string, { mode, subscriptionId, filter = {}, from, to }: CreateReplayDto): ReplayScope {
  checkWindow({ from, to });
  filter.eventTypes?.forEach((pattern, i) => compilePattern(pattern, `/filter/eventTypes/${i}`));
  const uuid = subscriptionId === undefined ? null : subscriptionUuid(subscriptionId);
  if (subscriptionId !== undefined && uuid === null)
    throw invalidField('/subscriptionId', 'invalid_id', 'A subscription is named by its id, its uuid or its ULID.');
  if (mode === 'missing') checkMissing(uuid, filter);
  return { tenantId, mode, subscriptionUuid: uuid, filter: plain(filter), from: new Date(from), to: new Date(to) };
}

/** The subscription that a replay names. Errors: `not_found`, `subscription_inactive` (409): nothing would be sent to it. */
export function requireServed(row: SubscriptionRow | undefined, tenantId: string): SubscriptionRow {
  if (row?.tenantId !== tenantId || row.deletedAt !== null) throw notFound();
  if (row.enabled && row.suspendedAt === null) return row;
  throw new DomainError('subscription_inactive', 'The subscription is switched off or suspended, so a replay would send nothing to it.');
}

function checkMissing(subscription: string | null, { states, reasons }: ReplayFilter): void {
  if (subscription === null) throw invalidField('/subscriptionId', 'required', 'Mode `missing` needs a subscription.');
  for (const [name, given] of Object.entries({ states, reasons })) {
    if (given) throw invalidField(`/filter/${name}`, 'not_for_mode', `Mode \`missing\` looks at events, which have no ${name}.`);
  }
}

/** Without the members that were not given. */
const plain = ({ eventTypes, states, reasons, resource }: ReplayFilter): ReplayFilter => ({
  ...(eventTypes ? { eventTypes } : {}),
  ...(states ? { states } : {}),
  ...(reasons ? { reasons } : {}),
  ...(resource ? { resource: { type: resource.type, ...(resource.id === undefined ? {} : { id: resource.id }) } } : {}),
});
