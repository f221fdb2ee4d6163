import type { FailureTrigger } from '#domain/subscription.js';

/** What a failure may be called here: a status, a class of them, or no answer. Source: Socotra, "Webhooks", failure handling. */
export const TRIGGER = /^(?:[1345][0-9]{2}|4xx|5xx|timeout)$/;

/** A webhook that says nothing of failures. Source: the same. */
export const DEFAULT_TRIGGERS: readonly string[] = ['4xx', '5xx', 'timeout'];

/**
 * Socotra knows one word for "no answer". A receiver that cannot be reached has given none either, so `timeout` stands for the core's
 * `timeout` and `network` both: else a receiver that is down would lose its events at the first attempt.
 */
const expand = (triggers: readonly string[]): FailureTrigger[] =>
  triggers.flatMap((trigger) => (trigger === 'timeout' ? ['timeout', 'network'] : [trigger]));

export const toTriggers = (triggers: readonly string[]): FailureTrigger[] => [...new Set(expand(triggers))];

/** As the client wrote them; `network` alone was set elsewhere and is shown for what it is. */
export const showTriggers = (triggers: readonly FailureTrigger[]): string[] =>
  triggers.filter((trigger) => trigger !== 'network' || !triggers.includes('timeout'));

/** Removals first, then additions. */
export function changeTriggers(current: readonly FailureTrigger[], removed: readonly string[], added: readonly string[]): FailureTrigger[] {
  const gone = new Set(expand(removed));
  return [...new Set([...current.filter((trigger) => !gone.has(trigger)), ...expand(added)])];
}

/** The word under which a failed delivery was handled: the status where the webhook names it, else its class; `timeout` for no answer. */
export function failureTrigger(triggers: readonly FailureTrigger[], status: number | null): string {
  if (status === null) return 'timeout';
  return triggers.includes(String(status)) ? String(status) : `${Math.floor(status / 100)}xx`;
}
