import { DomainError } from '#domain/errors.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { patient } from './subscription-transaction.js';

/** Why a subscription is suspended whose endpoint has not answered its challenge. */
export const UNVERIFIED = 'endpoint_unverified';

export interface EndpointCheck {
  url: string;
  state: 'pending' | 'verified' | 'failed';
  /** How often the endpoint was asked. */
  tries: number;
  lastError: string | null;
  checkedAt: Date | null;
}

export interface DueCheck {
  subscriptionUuid: string;
  tenantId: string;
  catalogVersion: bigint;
  url: string;
  challenge: string;
  /** This one included. */
  tries: number;
}

interface DueRow extends Omit<DueCheck, 'catalogVersion'> {
  catalogVersion: string;
}

/** Challenges of endpoints. What begins or ends one with a change of its subscription is part of that change. */
@Injectable()
export class EndpointCheckStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Null where the subscription asks for none. */
  async find(subscriptionUuid: string): Promise<EndpointCheck | null> {
    const [row] = await this.dataSource.query<EndpointCheck[]>(
      `SELECT url, state, tries, last_error AS "lastError", checked_at AS "checkedAt" FROM endpoint_checks WHERE subscription_id = $1`,
      [subscriptionUuid],
    );
    return row ?? null;
  }

  /** Asks an endpoint anew that has not answered; one that is verified, or has nothing to show, stays so. */
  async again(subscriptionUuid: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE endpoint_checks SET due_at = now(), tries = 0, state = 'pending' WHERE subscription_id = $1 AND state <> 'verified'`,
      [subscriptionUuid],
    );
  }

  /** Takes due checks and puts each off by `putOffMs` times its tries, so that one that is lost with its process is made again. */
  async take(limit: number, putOffMs: number): Promise<DueCheck[]> {
    const [rows] = await this.dataSource.query<[DueRow[], number]>(
      `WITH due AS (
         SELECT k.subscription_id, s.tenant_id, s.catalog_version FROM endpoint_checks k JOIN subscriptions s ON s.id = k.subscription_id
         WHERE k.due_at <= now() AND s.deleted_at IS NULL ORDER BY k.due_at LIMIT $1 FOR UPDATE OF k SKIP LOCKED
       )
       UPDATE endpoint_checks c SET tries = c.tries + 1, due_at = now() + make_interval(secs => $2::int / 1000.0) * (c.tries + 1)
       FROM due WHERE c.subscription_id = due.subscription_id
       RETURNING c.subscription_id AS "subscriptionUuid", due.tenant_id AS "tenantId", due.catalog_version AS "catalogVersion", c.url,
         c.challenge, c.tries`,
      [limit, putOffMs],
    );
    return rows.map((row) => ({ ...row, catalogVersion: BigInt(row.catalogVersion) }));
  }

  /** Records an answer that was not the right one; `isLast`: the endpoint is not asked again by itself. */
  async fail({ subscriptionUuid, challenge }: DueCheck, error: string, isLast: boolean): Promise<void> {
    await this.dataSource.query(
      `UPDATE endpoint_checks SET last_error = $3, checked_at = now(), state = CASE WHEN $4 THEN 'failed' ELSE state END,
         due_at = CASE WHEN $4 THEN NULL ELSE due_at END
       WHERE subscription_id = $1 AND challenge = $2 AND state = 'pending'`,
      [subscriptionUuid, challenge, error, isLast],
    );
  }

  /** The endpoint gave the right answer to this very challenge: the subscription goes on, unless somebody else has suspended it. */
  succeed({ subscriptionUuid, challenge }: DueCheck): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT 1 FROM subscriptions WHERE id = $1 FOR NO KEY UPDATE', [subscriptionUuid]);
      const [, verified] = await manager.query<[unknown, number]>(
        `UPDATE endpoint_checks SET state = 'verified', checked_at = now(), due_at = NULL, last_error = NULL
         WHERE subscription_id = $1 AND challenge = $2 AND state <> 'verified'`,
        [subscriptionUuid, challenge],
      );
      if (verified > 0) await resume(manager, subscriptionUuid);
    });
  }
}

/** Within a change of the subscription: its endpoint has to answer from now on. */
export async function beginCheck(manager: EntityManager, subscriptionUuid: string, url: string, challenge: string): Promise<void> {
  await manager.query(
    `INSERT INTO endpoint_checks (subscription_id, url, challenge, due_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (subscription_id) DO UPDATE SET url = excluded.url, challenge = excluded.challenge, due_at = now(), state = 'pending', tries = 0,
       last_error = NULL, checked_at = NULL`,
    [subscriptionUuid, url, challenge],
  );
  await manager.query('UPDATE subscriptions SET suspended_at = now(), suspended_reason = $2 WHERE id = $1 AND suspended_at IS NULL', [
    subscriptionUuid,
    UNVERIFIED,
  ]);
}

/** Within a change of the subscription: nothing is asked of its endpoint any more. */
export async function endCheck(manager: EntityManager, subscriptionUuid: string): Promise<void> {
  const [, ended] = await manager.query<[unknown, number]>('DELETE FROM endpoint_checks WHERE subscription_id = $1', [subscriptionUuid]);
  if (ended > 0) await resume(manager, subscriptionUuid);
}

/** @throws DomainError `endpoint_unverified` while the endpoint has not answered */
export async function requireVerified(manager: EntityManager, subscriptionUuid: string): Promise<void> {
  const open = await manager.query<unknown[]>(`SELECT 1 FROM endpoint_checks WHERE subscription_id = $1 AND state <> 'verified'`, [
    subscriptionUuid,
  ]);
  if (open.length > 0) throw new DomainError(UNVERIFIED, 'The endpoint has not answered its challenge yet; have it asked again.');
}

async function resume(manager: EntityManager, subscriptionUuid: string): Promise<void> {
  await patient(manager);
  await manager.query(
    `UPDATE deliveries d SET due_at = now() FROM subscriptions s
     WHERE s.id = $1 AND s.enabled AND s.suspended_reason = $2 AND d.due_at = 'infinity' AND d.subscription_id = s.id AND d.state = 'pending'`,
    [subscriptionUuid, UNVERIFIED],
  );
  await manager.query('UPDATE subscriptions SET suspended_at = NULL, suspended_reason = NULL WHERE id = $1 AND suspended_reason = $2', [
    subscriptionUuid,
    UNVERIFIED,
  ]);
}
