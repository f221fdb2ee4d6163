import type { FieldError } from './errors.js';
import { LIMITS } from './limits.js';
import { isTimeout, type SendResult } from './send-result.js';
import type { FailureTrigger } from './subscription.js';

/**
 * What a failure is, at its coarsest. `network` means "no usable answer": name lookup, connection, TLS, a blocked address, a broken protocol
 * and a template that cannot be rendered, but also an answer that HTTP gives no meaning to here - a redirect, 1xx, 304, 999.
 * So `['4xx', '5xx', 'timeout', 'network']` covers everything but a 2xx, and `3xx` or `1xx` alone can be asked for too.
 */
const CLASSES: readonly FailureTrigger[] = ['1xx', '3xx', '4xx', '5xx', 'timeout', 'network'];

const EXACT = /^[1-9][0-9]{2}$/;

export const isDelivered = (result: SendResult): boolean => result.kind === 'response' && result.status >= 200 && result.status < 300;

/** Is this failure one that the subscription wants handled? Never true for a 2xx. */
export const matchesTrigger = (triggers: readonly FailureTrigger[], result: SendResult): boolean =>
  matchingTrigger(triggers, result) !== null;

/** The trigger that a failure meets, an exact code before a class; null when the subscription does not handle it. */
export const matchingTrigger = (triggers: readonly FailureTrigger[], result: SendResult): FailureTrigger | null =>
  triggersOf(result).find((trigger) => triggers.includes(trigger)) ?? null;

/** Every trigger that would match, the narrowest first. */
function triggersOf(result: SendResult): FailureTrigger[] {
  if (result.kind === 'failure') return [isTimeout(result.code) ? 'timeout' : 'network'];
  if (isDelivered(result)) return [];
  const { status } = result;
  const statusClass = `${Math.floor(status / 100)}xx`;
  return status >= 400 && status < 600 ? [String(status), statusClass] : [String(status), statusClass, 'network'];
}

/** Faults of a list of triggers as it came in a request: exact codes (`404`), `1xx`, `3xx`, `4xx`, `5xx`, `timeout`, `network`. */
export function validateTriggers(value: unknown, path: string): FieldError[] {
  if (!Array.isArray(value)) return [{ path, code: 'invalid_type', message: 'Triggers are a list.' }];
  const { max } = LIMITS.failureTriggers;
  if (value.length > max) return [{ path, code: 'too_many_items', message: `At most ${max} triggers.` }];
  return value.flatMap((trigger: unknown, i) =>
    isTrigger(trigger)
      ? []
      : [{ path: `${path}/${i}`, code: 'invalid_value', message: `A trigger is a status such as "404" or one of ${CLASSES.join(', ')}.` }],
  );
}

/** A 2xx is never a failure, so a trigger for one would be accepted and never obeyed. */
const isTrigger = (value: unknown): value is FailureTrigger =>
  typeof value === 'string' && (CLASSES.includes(value) || (EXACT.test(value) && !value.startsWith('2')));
