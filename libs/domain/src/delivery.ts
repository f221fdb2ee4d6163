/** A delivery's life. This file is the only code that knows the transitions; the database refuses all others (see the store's migration). */
export const DELIVERY_STATES = ['pending', 'sending', 'delivered', 'failed', 'diverted', 'refused', 'cancelled'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const TRANSITIONS: Record<DeliveryState, readonly DeliveryState[]> = {
  pending: ['sending', 'cancelled'],
  sending: ['pending', 'delivered', 'failed', 'diverted', 'refused', 'cancelled'],
  delivered: ['pending'],
  failed: ['pending', 'cancelled'],
  diverted: ['pending', 'cancelled'],
  refused: ['pending'],
  cancelled: ['pending'],
};

export const canMove = (from: DeliveryState, to: DeliveryState): boolean => TRANSITIONS[from].includes(to);

export const isTerminal = (state: DeliveryState): boolean => state !== 'pending' && state !== 'sending';

/** Who asked for the attempt: the policy, an operator, or a replay. */
export const ATTEMPT_TRIGGERS = ['schedule', 'manual', 'replay'] as const;
export type AttemptTrigger = (typeof ATTEMPT_TRIGGERS)[number];

/** Why a delivery ended. Nothing ends without one. */
export type EndReason =
  | 'acknowledged' // a 2xx
  | 'attempts_exhausted' // the policy's attempts are used up
  | 'not_retryable' // a failure outside the subscription's triggers, or a policy without retries
  | 'poison' // it brought its process down three times
  | 'gone' // 410: the receiver wants no more
  | 'cancelled_by_operator'
  | 'discarded_by_operator'
  | 'subscription_deleted'
  | 'expunged' // what it would have sent was expunged
  | 'subscription_gone'; // cancelled because another delivery was answered 410

/** What one attempt came to. `interrupted`: its process died; `late`: its lease had passed to another. */
export type AttemptOutcome = 'delivered' | 'retry' | 'failed' | 'diverted' | 'refused' | 'interrupted' | 'late';
