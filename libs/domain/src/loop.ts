import { DomainError } from './errors.js';
import { LIMITS } from './limits.js';

/**
 * Says on every delivery how often its event has been delivered by this service on the way; a publisher that passes deliveries on hands it on.
 * So a subscription that feeds its own events comes to an end.
 */
export const LOOP_HEADER = 'webhook-loop';

/** How often the event of a publish request was delivered before. What is no number says nothing. Throws `webhook_loop` beyond the limit. */
export function readHops(header: string | undefined): number {
  const hops = header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : 0;
  const { max } = LIMITS.eventHops;
  if (hops > max) throw new DomainError('webhook_loop', `An event comes back at most ${max} times: this looks like a loop.`);
  return hops;
}
