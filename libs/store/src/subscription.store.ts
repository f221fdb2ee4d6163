import { DomainError } from '#domain/errors.js';
import { LIMITS } from '#domain/limits.js';
import type { SubscriptionSpec } from '#domain/subscription.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, type QueryDeepPartialEntity } from 'typeorm';
import { beginCheck, endCheck, requireVerified, UNVERIFIED } from './endpoint-check.store.js';
import { SigningSecretEntity } from './entities/signing-secret.entity.js';
import { SubscriptionEntity } from './entities/subscription.entity.js';
import { matching, ORDERS, requireUnique, type SubscriptionFilter, type SubscriptionOrder } from './subscription-filter.js';
import { note, noteChange } from './subscription-notes.js';
import { notFound } from './subscription-transaction.js';
import { cancelPending, releaseHeld } from './waiting-deliveries.js';

/** A subscription to insert. Ids are the caller's, because sealed values are bound to them. */
export interface NewSubscription {
  id: string;
  tenantId: string;
  ownerKeyId: string | null;
  spec: SubscriptionSpec;
  /** Header name → sealed value. */
  secretHeaders: Record<string, string>;
  /** The secret of the spec's credentials, sealed. */
  authSecret: string | null;
  dialect: string | null;
  dialectFields: Record<string, unknown>;
  enabled: boolean;
  createdBy: string;
  /** null: one that signs nothing. */
  secret: NewSecret | null;
  /** What the endpoint has to answer, where the spec asks for a check of it. */
  challenge: string;
  /** Nothing is inserted where the tenant has one like this. */
  unlessThereIs?: SubscriptionFilter;
}

export interface NewSecret {
  id: string;
  sealed: string;
}

/** What a new version of a subscription says. `secret` replaces the signing secret at once; null takes it away. */
export interface SubscriptionChange {
  ownerKeyId: string | null;
  spec: SubscriptionSpec;
  secretHeaders: Record<string, string>;
  authSecret: string | null;
  dialectFields: Record<string, unknown>;
  enabled: boolean;
  modifiedBy: string;
  secret?: NewSecret | null;
  /** What the endpoint has to answer, where it is another or the check is new. */
  challenge: string;
  /** Nothing is written where the tenant has another like this. */
  unlessThereIs?: SubscriptionFilter;
}

/** Subscriptions as people manage them. What the dispatcher reads is in subscription-catalog.store.ts. */
@Injectable()
export class SubscriptionStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Inserts a subscription and its signing secret.
   * @throws DomainError `quota_exceeded` when the tenant has LIMITS.subscriptionsPerTenant already, `already_exists` (see unlessThereIs)
   */
  insert(given: NewSubscription): Promise<SubscriptionEntity> {
    return this.dataSource.transaction(async (manager) => {
      // The lock makes concurrent creators count one after the other. The trigger on subscriptions would take it a moment later anyway.
      await manager.query('SELECT 1 FROM tenants WHERE id = $1 FOR NO KEY UPDATE', [given.tenantId]);
      const count = await manager.countBy(SubscriptionEntity, { tenantId: given.tenantId, deletedAt: IsNull() });
      if (count >= LIMITS.subscriptionsPerTenant.max) {
        throw new DomainError('quota_exceeded', `A tenant has at most ${LIMITS.subscriptionsPerTenant.max} subscriptions.`);
      }
      const { secret, spec, dialectFields, createdBy, unlessThereIs, challenge, ...row } = given;
      await requireUnique(manager, given.tenantId, given.id, unlessThereIs);
      await manager.insert(SubscriptionEntity, {
        ...row,
        ...jsonColumns(spec, dialectFields),
        versionNo: 1,
        createdBy,
        modifiedBy: createdBy,
      });
      if (secret) await manager.insert(SigningSecretEntity, { ...secret, subscriptionId: given.id, expiresAt: null });
      if (spec.endpointCheck) await beginCheck(manager, given.id, spec.url, challenge);
      await note(manager, 'subscription.created', given);
      if (!spec.tls.verify) await note(manager, 'subscription.tls_verification_off', given);
      return reload(manager, given.id);
    });
  }

  /** Finds a subscription that is not deleted; null for another tenant's. A locator is the same uuid, written as a ULID. */
  find(tenantId: string, id: string): Promise<SubscriptionEntity | null> {
    return this.dataSource.manager.findOneBy(SubscriptionEntity, { tenantId, id, deletedAt: IsNull() });
  }

  /** Finds a subscription by its integer. `number` is a decimal of at most 18 digits. */
  findByNumber(tenantId: string, number: string): Promise<SubscriptionEntity | null> {
    return this.dataSource.manager.findOneBy(SubscriptionEntity, { tenantId, number, deletedAt: IsNull() });
  }

  /** The tenant's subscriptions, in this order or newest first, before the subscription `beforeId`; the first `offset` of those are passed over. */
  list(
    tenantId: string,
    filter: SubscriptionFilter,
    limit: number,
    beforeId: string | null,
    offset = 0,
    order: SubscriptionOrder[] = [],
  ): Promise<SubscriptionEntity[]> {
    const query = matching(this.dataSource.manager, tenantId, filter);
    if (beforeId !== null) query.andWhere('s.id < :beforeId', { beforeId });
    for (const { by, descending } of order) query.addOrderBy(ORDERS[by], descending ? 'DESC' : 'ASC');
    return query.addOrderBy('s.id', 'DESC').offset(offset).limit(limit).getMany();
  }

  /** How many `list` would come to in all. */
  count(tenantId: string, filter: SubscriptionFilter): Promise<number> {
    return matching(this.dataSource.manager, tenantId, filter).getCount();
  }

  /**
   * Writes the next version of a subscription, if `expectedVersion` is still the newest, and lets its held deliveries go
   * when it becomes active by that.
   * @throws DomainError `stale_version`, `not_found`, `already_exists` (see unlessThereIs)
   */
  update(tenantId: string, id: string, expectedVersion: number, change: SubscriptionChange): Promise<SubscriptionEntity> {
    return this.dataSource.transaction(async (manager) => {
      const before = await lock(manager, tenantId, id);
      if (before.versionNo !== expectedVersion) {
        throw new DomainError('stale_version', `The subscription is at version ${before.versionNo}.0 by now.`);
      }
      if (change.enabled && !before.enabled && before.suspendedAt === null) await releaseHeld(manager, id);
      const { secret, spec, dialectFields, modifiedBy, unlessThereIs, challenge, ...columns } = change;
      await requireUnique(manager, tenantId, id, unlessThereIs);
      await manager.update(
        SubscriptionEntity,
        { tenantId, id },
        {
          ...columns,
          ...jsonColumns(spec, dialectFields),
          ...(change.enabled ? enabledAgain(before) : {}),
          versionNo: expectedVersion + 1,
          ...modified(modifiedBy),
        },
      );
      if (secret !== undefined) await replaceSecrets(manager, before, secret);
      await noteChange(manager, before, change);
      if (!spec.endpointCheck) await endCheck(manager, id);
      else if (!before.spec.endpointCheck || before.spec.url !== spec.url) await beginCheck(manager, id, spec.url, challenge);
      return reload(manager, id);
    });
  }

  /**
   * Stops a subscription until it is unsuspended. One that is suspended already keeps its time and its reason, unless it only waits for its
   * endpoint to answer: then that does not let it go any more.
   */
  suspend(tenantId: string, id: string, reason: string, modifiedBy: string): Promise<SubscriptionEntity> {
    return this.dataSource.transaction(async (manager) => {
      const before = await lock(manager, tenantId, id);
      if (before.suspendedAt !== null && before.suspendedReason !== UNVERIFIED) return before;
      await manager.update(
        SubscriptionEntity,
        { tenantId, id },
        { suspendedAt: () => 'now()', suspendedReason: reason, ...modified(modifiedBy) },
      );
      await note(manager, 'subscription.suspended', before);
      return reload(manager, id);
    });
  }

  /**
   * Ends a suspension and lets the deliveries go that were held meanwhile. Nothing happens to one that is not suspended.
   * @throws DomainError `endpoint_unverified`
   */
  unsuspend(tenantId: string, id: string, modifiedBy: string): Promise<SubscriptionEntity> {
    return this.dataSource.transaction(async (manager) => {
      const before = await lock(manager, tenantId, id);
      if (before.suspendedAt === null) return before;
      await requireVerified(manager, id);
      if (before.enabled) await releaseHeld(manager, id);
      await manager.update(SubscriptionEntity, { tenantId, id }, { suspendedAt: null, suspendedReason: null, ...modified(modifiedBy) });
      await note(manager, 'subscription.unsuspended', before);
      return reload(manager, id);
    });
  }

  enable(tenantId: string, id: string, modifiedBy: string): Promise<SubscriptionEntity> {
    return this.setEnabled(tenantId, id, true, modifiedBy);
  }

  disable(tenantId: string, id: string, modifiedBy: string): Promise<SubscriptionEntity> {
    return this.setEnabled(tenantId, id, false, modifiedBy);
  }

  /**
   * Deletes a subscription: its row stays for the deliveries that name it, its secrets go, and what still waits for it is cancelled.
   * A request under way is recorded when it ends.
   * @throws DomainError `not_found`, also the second time
   */
  delete(tenantId: string, id: string, modifiedBy: string): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      const before = await lock(manager, tenantId, id);
      await cancelPending(manager, id);
      await manager.delete(SigningSecretEntity, { subscriptionId: id });
      await manager.update(
        SubscriptionEntity,
        { tenantId, id },
        {
          deletedAt: () => 'now()',
          secretHeaders: {},
          authSecret: null,
          ...modified(modifiedBy),
        },
      );
      await note(manager, 'subscription.deleted', before);
    });
  }

  /** `enabled` is part of what a subscription says, so it makes a new version; a suspension is not and does not. */
  private setEnabled(tenantId: string, id: string, enabled: boolean, modifiedBy: string): Promise<SubscriptionEntity> {
    return this.dataSource.transaction(async (manager) => {
      const before = await lock(manager, tenantId, id);
      if (before.enabled === enabled) return before;
      if (enabled && before.suspendedAt === null) await releaseHeld(manager, id);
      await manager.update(
        SubscriptionEntity,
        { tenantId, id },
        { enabled, ...(enabled ? enabledAgain(before) : {}), versionNo: before.versionNo + 1, ...modified(modifiedBy) },
      );
      await note(manager, enabled ? 'subscription.enabled' : 'subscription.disabled', before);
      return reload(manager, id);
    });
  }
}

/** What a receiver that was gone left behind goes when the subscription is switched on; the reason of a suspension stays with it. */
const enabledAgain = (before: SubscriptionEntity) => (before.enabled || before.suspendedAt !== null ? {} : { suspendedReason: null });

const modified = (modifiedBy: string) => ({ modifiedBy, modifiedAt: () => 'now()' });

type PartialRow = QueryDeepPartialEntity<SubscriptionEntity>;

/** The free JSON of a row: TypeORM's type of a partial row has no room for `unknown`. The claim reads copies of some of the spec's members. */
const jsonColumns = (spec: SubscriptionSpec, dialectFields: Record<string, unknown>) => ({
  ...({ spec, dialectFields } as Pick<PartialRow, 'spec' | 'dialectFields'>),
  timeoutMs: spec.timeoutMs,
  maxConcurrency: spec.maxConcurrency,
  rateLimit: spec.rateLimit?.limit ?? null,
  rateWindowSeconds: spec.rateLimit?.windowSeconds ?? null,
  ordering: spec.ordering?.afterExhaustion ?? null,
});

/** Reads the row and keeps others from changing it until the transaction ends. */
async function lock(manager: EntityManager, tenantId: string, id: string): Promise<SubscriptionEntity> {
  const row = await manager.findOne(SubscriptionEntity, {
    where: { tenantId, id, deletedAt: IsNull() },
    lock: { mode: 'for_no_key_update' },
  });
  if (row === null) throw notFound();
  return row;
}

const reload = (manager: EntityManager, id: string): Promise<SubscriptionEntity> => manager.findOneByOrFail(SubscriptionEntity, { id });

async function replaceSecrets(manager: EntityManager, subscription: SubscriptionEntity, secret: NewSecret | null): Promise<void> {
  await manager.delete(SigningSecretEntity, { subscriptionId: subscription.id });
  if (secret) await manager.insert(SigningSecretEntity, { ...secret, subscriptionId: subscription.id, expiresAt: null });
  await note(manager, secret ? 'secret.rotated' : 'secret.removed', subscription);
}
