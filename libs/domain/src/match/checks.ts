import { evaluateLogic, type EvaluateOptions } from '../logic/evaluate.js';
import { isTruthy } from '../logic/coercion.js';
import type { Logic } from '../logic/node.js';
import type { CompiledSubscription, EventToMatch } from './candidate.js';
import { selects } from './selectors.js';

/** In the order in which people read them. Source: the model's order of judgement. */
export const CHECKS = [
  'publisher_filter',
  'selectors',
  'subscription_filter',
  'permission',
  'enabled',
  'not_suspended',
  'created_before',
] as const;
export type Check = (typeof CHECKS)[number];

/** Why a check passed or not; shown to people and relied on by clients, so the codes are stable. */
export type Reason =
  | 'no_filter'
  | 'filter_true'
  | 'filter_false'
  | 'filter_error'
  | 'filter_budget_exceeded'
  | 'selector_matched'
  | 'no_selector_matched'
  | 'no_selectors'
  | 'no_permission_required'
  | 'permission_held'
  | 'permission_missing'
  | 'enabled'
  | 'disabled'
  | 'not_suspended'
  | 'suspended'
  | 'created_before_event'
  | 'created_after_event';

export interface Judgement {
  readonly passed: boolean;
  readonly reason: Reason;
  /** The message of a filter that could not be evaluated. */
  readonly detail?: string;
}

type Judge = (event: EventToMatch, subscription: CompiledSubscription) => Judgement;

const judged = (passed: boolean, whenPassed: Reason, otherwise: Reason): Judgement => ({ passed, reason: passed ? whenPassed : otherwise });

/** A filter that cannot be evaluated matches nothing; the reason tells it from one that says no. */
function judgeFilter(filter: Logic | null, event: EventToMatch, options?: EvaluateOptions): Judgement {
  if (filter === null) return { passed: true, reason: 'no_filter' };
  const result = evaluateLogic(filter, event.tree, options);
  if (result.kind === 'error') return { passed: false, reason: result.code, detail: result.message };
  return judged(isTruthy(result.value), 'filter_true', 'filter_false');
}

const answers = new WeakMap<EventToMatch, Judgement>();

/** The publisher's filter does not depend on the subscription, so it is asked once per event. */
const judgePublisherFilter: Judge = (event) => {
  let answer = answers.get(event);
  if (answer === undefined) {
    const { filter, variables } = event.registered ?? { filter: null, variables: {} };
    answers.set(event, (answer = judgeFilter(filter, event, { variables })));
  }
  return answer;
};

/** No selector at all wants nothing: a subscription asks for everything with `*`, not by leaving things out. */
const judgeSelectors: Judge = (event, { selectors }) =>
  selectors.length === 0
    ? { passed: false, reason: 'no_selectors' }
    : judged(
        selectors.some((selector) => selects(selector, event)),
        'selector_matched',
        'no_selector_matched',
      );

const judgePermission: Judge = ({ appPermissions }, { heldPermissions }) => {
  if (appPermissions === null || appPermissions.permissions.length === 0) return { passed: true, reason: 'no_permission_required' };
  const isHeld = (permission: string): boolean => heldPermissions.includes(permission);
  const { permissions, match } = appPermissions;
  return judged(match === 'all' ? permissions.every(isHeld) : permissions.some(isHeld), 'permission_held', 'permission_missing');
};

const acceptedTimes = new WeakMap<EventToMatch, number>();

/** Milliseconds since 1970; read once per event. */
function acceptedAtMs(event: EventToMatch): number {
  let atMs = acceptedTimes.get(event);
  if (atMs === undefined) acceptedTimes.set(event, (atMs = Date.parse(event.stored.acceptedAt)));
  return atMs;
}

/** Both times come from one clock and may fall into the same millisecond; the subscription was then there first or at once. */
const isCreatedBefore = (event: EventToMatch, subscription: CompiledSubscription): boolean =>
  Math.floor(subscription.createdAtMs) <= acceptedAtMs(event);

export const JUDGES: Readonly<Record<Check, Judge>> = {
  publisher_filter: judgePublisherFilter,
  selectors: judgeSelectors,
  subscription_filter: (event, subscription) => judgeFilter(subscription.filter, event),
  permission: judgePermission,
  enabled: (_, { enabled }) => judged(enabled, 'enabled', 'disabled'),
  not_suspended: (_, { suspended }) => judged(!suspended, 'not_suspended', 'suspended'),
  created_before: (event, subscription) => judged(isCreatedBefore(event, subscription), 'created_before_event', 'created_after_event'),
};
