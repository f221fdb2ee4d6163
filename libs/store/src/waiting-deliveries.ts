import type { EntityManager } from 'typeorm';
import { patient } from './subscription-transaction.js';

/*
 * What a change of a subscription means for the deliveries that wait for it. There may be very many. They come before the change of the
 * subscription's own row, whose trigger locks the tenant's: the tenant's other subscriptions need not wait for them.
 */

/** Lets those on hold go. */
export async function releaseHeld(manager: EntityManager, id: string): Promise<void> {
  await patient(manager);
  await manager.query(`UPDATE deliveries SET due_at = now() WHERE due_at = 'infinity' AND subscription_id = $1 AND state = 'pending'`, [
    id,
  ]);
}

/** Ends those that have not begun, for the subscription is deleted. */
export async function cancelPending(manager: EntityManager, id: string): Promise<void> {
  await patient(manager);
  await manager.query(
    `UPDATE deliveries SET state = 'cancelled', reason = 'subscription_deleted', due_at = NULL, ended_at = now()
     WHERE subscription_id = $1 AND state = 'pending' AND due_at IS NOT NULL`,
    [id],
  );
}
