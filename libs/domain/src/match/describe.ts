import type { CompiledSubscription, EventToMatch } from './candidate.js';
import type { Reason } from './checks.js';
import { namesIn } from './fields.js';
import type { Condition, Selector } from './selector.js';
import { failingCondition, selects } from './selectors.js';

const MAX_SELECTORS = 5;
const MAX_NAMES = 5;

type Description = (event: EventToMatch, subscription: CompiledSubscription) => string | undefined;

/** The reasons that raise a question; the others speak for themselves. */
const DESCRIPTIONS: Partial<Record<Reason, Description>> = {
  selector_matched: (event, subscription) => subscription.selectors.find((selector) => selects(selector, event))?.origin,
  no_selector_matched: (event, subscription) => describeMisses(subscription.selectors, event),
  permission_missing: describeMissing,
  created_after_event: (event, subscription) =>
    `created ${new Date(subscription.createdAtMs).toISOString()}, event accepted ${event.stored.acceptedAt}`,
};

/** A sentence for a reason that needs one. */
export const describeVerdict = (reason: Reason, event: EventToMatch, subscription: CompiledSubscription): string | undefined =>
  DESCRIPTIONS[reason]?.(event, subscription);

/** For each selector (the first few) the first field at which it said no. */
function describeMisses(selectors: readonly Selector[], event: EventToMatch): string {
  const misses = selectors
    .slice(0, MAX_SELECTORS)
    .map((selector) => `${selector.origin}: ${describeMiss(failingCondition(selector, event), event)}`);
  const others = selectors.length - misses.length;
  return [...misses, ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
}

function describeMiss(condition: Condition | undefined, event: EventToMatch): string {
  if (condition === undefined) return 'matched';
  if ('patterns' in condition) return `type is ${event.stored.type}, asked for ${listed(condition.patterns.map(({ text }) => text))}`;
  const names = namesIn(event, condition.field);
  return `${condition.field} is ${names.length === 0 ? 'absent' : listed(names)}, asked for ${listed([...condition.names])}`;
}

function describeMissing({ appPermissions }: EventToMatch, { heldPermissions }: CompiledSubscription): string {
  const missing = (appPermissions?.permissions ?? []).filter((permission) => !heldPermissions.includes(permission));
  return `needs ${appPermissions?.match === 'all' ? 'all' : 'one'} of ${listed(missing)}`;
}

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, MAX_NAMES).join(' | ');
  return names.length > MAX_NAMES ? `${shown} | … (${names.length})` : shown;
};
