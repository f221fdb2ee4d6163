import type { Delivery } from '../api/shapes';

/** A delivery is made a moment after its event was accepted, which is what a replay's window asks for. */
const FAN_OUT_MS = 60_000;
/** The form shows whole seconds, so the window ends with the next one. */
const SECOND_MS = 1_000;

/** The address of a new replay whose window, subscription and event types are those of the deliveries given (at least one). */
export function replayOf(deliveries: Delivery[]): string {
  const times = deliveries.map(({ createdAt }) => Date.parse(createdAt));
  const subscriptions = new Set(deliveries.map(({ subscriptionId }) => subscriptionId));
  const [only] = subscriptions;
  return new URLSearchParams({
    from: new Date(Math.min(...times) - FAN_OUT_MS).toISOString(),
    to: new Date(Math.max(...times) + SECOND_MS).toISOString(),
    ...(subscriptions.size === 1 && only ? { subscription: only } : {}),
    eventTypes: [...new Set(deliveries.map(({ eventType }) => eventType))].join(' '),
  }).toString();
}
