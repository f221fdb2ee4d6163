import type { AuditAction } from '#domain/audit.js';
import { DomainError } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import type { SignatureAlgorithm } from '#domain/subscription.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, IsNull, Raw } from 'typeorm';
import { audit } from './audit.js';
import { SigningSecretEntity } from './entities/signing-secret.entity.js';
import { SubscriptionEntity } from './entities/subscription.entity.js';
import type { NewSecret } from './subscription.store.js';
import { notFound } from './subscription-transaction.js';

/** The secrets a subscription's requests are signed with: one current, and older ones that go on signing for a while. */
@Injectable()
export class SigningSecretStore {
  constructor(private readonly dataSource: DataSource) {}

  /** The secrets that sign now, the current one first, then the one that lasts longest. */
  listActive(subscriptionId: string): Promise<SigningSecretEntity[]> {
    return active(this.dataSource.manager, subscriptionId);
  }

  /** The current secrets of these subscriptions. */
  listCurrent(subscriptionIds: readonly string[]): Promise<SigningSecretEntity[]> {
    return this.dataSource.manager.findBy(SigningSecretEntity, { subscriptionId: In(subscriptionIds), expiresAt: IsNull() });
  }

  /** Which of these subscriptions have a secret that signs now. */
  async idsWithSecret(subscriptionIds: readonly string[]): Promise<Set<string>> {
    if (subscriptionIds.length === 0) return new Set();
    const rows = await this.dataSource.manager.find(SigningSecretEntity, {
      select: { subscriptionId: true },
      where: { subscriptionId: In(subscriptionIds), expiresAt: IsNull() },
    });
    return new Set(rows.map(({ subscriptionId }) => subscriptionId));
  }

  /**
   * Makes `secret` the current one. The one before goes on signing for `graceSeconds`; with 0 none but the new one signs any more.
   * An algorithm that is given becomes the subscription's, which makes a version of it.
   * @throws DomainError `not_found`, `rotation_limit` when more than LIMITS.signingSecretsKept would sign at once, `busy`
   */
  rotate(
    tenantId: string,
    subscriptionId: string,
    { algorithm, ...secret }: NewSecret & { algorithm?: SignatureAlgorithm },
    graceSeconds: number,
    modifiedBy: string,
  ): Promise<SigningSecretEntity[]> {
    return this.dataSource.transaction(async (manager) => {
      const changed = await bumpSubscription(manager, tenantId, subscriptionId, modifiedBy, algorithm);
      if (graceSeconds === 0) await manager.delete(SigningSecretEntity, { subscriptionId });
      else await retireCurrent(manager, subscriptionId, graceSeconds);
      await manager.insert(SigningSecretEntity, { ...secret, subscriptionId, expiresAt: null });
      await audit(manager, { tenantId, action: 'secret.rotated', object: formatId('sub', subscriptionId), changed });
      return active(manager, subscriptionId);
    });
  }

  /** Writes down that somebody is about to see secrets of these subscriptions of a tenant: without the note nothing is shown. */
  noteSeen(tenantId: string, subscriptionIds: readonly string[], action: AuditAction & `secret.${string}`): Promise<void> {
    return audit(this.dataSource.manager, { tenantId, action, object: subscriptionIds.map((id) => formatId('sub', id)) });
  }

  /** Destroys the secrets that no longer sign; returns how many. */
  async purgeExpired(): Promise<number> {
    const { affected } = await this.dataSource.manager.delete(SigningSecretEntity, { expiresAt: PAST });
    return affected ?? 0;
  }
}

// The database's clock is the clock.
const PAST = Raw((column) => `${column} <= now()`);
const FUTURE = Raw((column) => `${column} > now()`);

const active = (manager: EntityManager, subscriptionId: string): Promise<SigningSecretEntity[]> =>
  manager.find(SigningSecretEntity, {
    where: [
      { subscriptionId, expiresAt: IsNull() },
      { subscriptionId, expiresAt: FUTURE },
    ],
    order: { expiresAt: { direction: 'DESC', nulls: 'FIRST' } },
  });

/**
 * Locks the subscription, so that rotations take turns, and answers which of its members changed. A secret is not part of a version:
 * `versionNo` stays, unless the algorithm becomes another.
 */
async function bumpSubscription(
  manager: EntityManager,
  tenantId: string,
  id: string,
  modifiedBy: string,
  algorithm: SignatureAlgorithm | undefined,
): Promise<string[]> {
  const row = await manager.findOne(SubscriptionEntity, {
    where: { tenantId, id, deletedAt: IsNull() },
    lock: { mode: 'for_no_key_update' },
  });
  if (row === null) throw notFound();
  await manager.update(SubscriptionEntity, { tenantId, id }, { modifiedBy, modifiedAt: () => 'now()' });
  const { signature } = row.spec;
  if (algorithm === undefined || signature.algorithm === algorithm) return [];
  // The caller has seen another style than there is now.
  if (signature.style !== 'standard') throw new DomainError('busy', 'Somebody else is changing this right now. Try again.');
  await manager.query('UPDATE subscriptions SET spec = $2, version_no = version_no + 1 WHERE id = $1', [
    id,
    JSON.stringify({ ...row.spec, signature: { ...signature, algorithm } }),
  ]);
  return ['signature.algorithm'];
}

async function retireCurrent(manager: EntityManager, subscriptionId: string, graceSeconds: number): Promise<void> {
  await manager.delete(SigningSecretEntity, { subscriptionId, expiresAt: PAST });
  const kept = await manager.countBy(SigningSecretEntity, { subscriptionId });
  const { max } = LIMITS.signingSecretsKept;
  if (kept >= max) {
    throw new DomainError('rotation_limit', `At most ${max} secrets sign at once: wait for one to expire, or rotate with graceSeconds 0.`);
  }
  await manager.query(
    'UPDATE signing_secrets SET expires_at = now() + make_interval(secs => $2) WHERE subscription_id = $1 AND expires_at IS NULL',
    [subscriptionId, graceSeconds],
  );
}
