import type { AuditAction } from '#domain/audit.js';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';
import { newUuid } from './new-id.js';

/** Who is at work. */
export interface Actor {
  /** uuid; null: no key, the system itself. */
  keyId: string | null;
  name: string;
  ip: string | null;
  requestId: string | null;
}

const SYSTEM: Actor = { keyId: null, name: 'system', ip: null, requestId: null };

/** Beside the call rather than in its arguments: no route and no dialect can forget to hand it on. */
const actors = new AsyncLocalStorage<() => Actor>();

/** Runs `work`, and all that it starts, for an actor that is asked for when something is written down. */
export const actingFor = <T>(actor: () => Actor, work: () => T): T => actors.run(actor, work);

/** An EntityManager inside its transaction, or a client inside its own. */
interface Transaction {
  query(sql: string, values: unknown[]): Promise<unknown>;
}

interface AuditNote {
  /** uuid; null: the operator's own. */
  tenantId: string | null;
  action: AuditAction;
  /** The public id of what it was done to; several make an entry each. */
  object: string | readonly string[];
  /** Names of members that were changed, never their values. */
  changed?: readonly string[];
}

/**
 * Writes down what was done and by whom, in the transaction of the change: neither is there without the other. Outside of a request the
 * actor is the system.
 */
export async function audit(transaction: Transaction, { tenantId, action, object, changed = [] }: AuditNote): Promise<void> {
  const { keyId, name, ip, requestId } = actors.getStore()?.() ?? SYSTEM;
  const objects = typeof object === 'string' ? [object] : object;
  if (objects.length === 0) return;
  await transaction.query(
    `INSERT INTO audit_entries (id, tenant_id, actor_key_id, actor, action, object, changed, ip, request_id)
     SELECT o.id, $3, $4, $5, $6, o.name, $7, $8, $9 FROM unnest($1::uuid[], $2::text[]) AS o (id, name)`,
    [objects.map(() => newUuid()), objects, tenantId, keyId, name, action, changed, ip, requestId],
  );
}

/** Runs an update that answers the rows it has changed, and notes it where there is one. Answers whether there was. */
export const updateNoted = (dataSource: DataSource, note: AuditNote, update: string, values: unknown[]): Promise<boolean> =>
  dataSource.transaction(async (manager) => {
    const [changed] = await manager.query<[unknown[], number]>(update, values);
    if (changed.length === 0) return false;
    await audit(manager, note);
    return true;
  });
