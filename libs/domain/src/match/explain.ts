import type { CompiledSubscription, EventToMatch } from './candidate.js';
import { type Check, CHECKS, JUDGES, type Reason } from './checks.js';
import { describeVerdict } from './describe.js';

export interface Verdict {
  check: Check;
  passed: boolean;
  /** Stable snake_case code. */
  reason: Reason;
  /** For people; may change. */
  detail?: string;
}

export interface Explanation {
  matched: boolean;
  verdicts: Verdict[];
}

/**
 * Why this subscription does or does not get this event: one verdict per check, in the order of judgement, none left out after a failure.
 * Both have to belong to one tenant; the caller never brings two together, and if it does, that is a defect and thrown as one.
 */
export function explain(event: EventToMatch, subscription: CompiledSubscription): Explanation {
  requireSameTenant(event, subscription);
  const verdicts = CHECKS.map((check): Verdict => {
    const { passed, reason, detail } = JUDGES[check](event, subscription);
    const text = detail ?? describeVerdict(reason, event, subscription);
    return text === undefined ? { check, passed, reason } : { check, passed, reason, detail: text };
  });
  return { matched: verdicts.every(({ passed }) => passed), verdicts };
}

/** Cheapest first: all have to pass, so the order changes only how soon a "no" is known. */
const HOT_ORDER: readonly Check[] = [
  'enabled',
  'not_suspended',
  'created_before',
  'permission',
  'selectors',
  'publisher_filter',
  'subscription_filter',
];

const HOT_JUDGES = HOT_ORDER.map((check) => JUDGES[check]);

/** What `explain` would call matched, without the explanation: stops at the first check that fails. */
export function wants(event: EventToMatch, subscription: CompiledSubscription): boolean {
  requireSameTenant(event, subscription);
  for (const judge of HOT_JUDGES) if (!judge(event, subscription).passed) return false;
  return true;
}

const TIMELESS = HOT_ORDER.filter((check) => check !== 'created_before');

/** The same of an event that may be older than the subscription: what a replay of missing events asks. */
export function wouldHaveWanted(event: EventToMatch, subscription: CompiledSubscription): boolean {
  requireSameTenant(event, subscription);
  return TIMELESS.every((check) => JUDGES[check](event, subscription).passed);
}

function requireSameTenant(event: EventToMatch, subscription: CompiledSubscription): void {
  if (event.stored.tenantId === subscription.tenantId) return;
  throw new Error(`Subscription ${subscription.id} was matched against an event of another tenant.`);
}
