import type { SubscriptionSpec } from '#domain/subscription.js';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, MoreThan } from 'typeorm';
import { SigningSecretEntity } from './entities/signing-secret.entity.js';
import { SubscriptionEntity } from './entities/subscription.entity.js';

/** Everything sealed that belongs to one subscription, a deleted one included: its alert endpoint's headers stay with its row. */
export interface SealedHoldings {
  tenantId: string;
  /** uuid of the subscription. */
  id: string;
  /** Its alert endpoint's secret headers and the private key of its client certificate are sealed where they stand. */
  spec: SubscriptionSpec;
  /** Header name → sealed value. */
  secretHeaders: Record<string, string>;
  /** Of its credentials. */
  authSecret: string | null;
  secrets: { id: string; sealed: string }[];
}

/** What is sealed, to be sealed anew under another key while everything runs. */
@Injectable()
export class ResealStore {
  constructor(private readonly dataSource: DataSource) {}

  /** By id, from after `afterId`, at most `count`. */
  async page(afterId: string | null, count: number): Promise<SealedHoldings[]> {
    const { manager } = this.dataSource;
    const rows = await manager.find(SubscriptionEntity, {
      where: afterId === null ? {} : { id: MoreThan(afterId) },
      order: { id: 'ASC' },
      take: count,
    });
    const secrets = await manager
      .createQueryBuilder(SigningSecretEntity, 'secret')
      .where('secret.subscription_id = ANY(:ids)', { ids: rows.map(({ id }) => id) })
      .getMany();
    const byOwner = Map.groupBy(secrets, ({ subscriptionId }) => subscriptionId);
    return rows.map((row) => holdingsOf(row, byOwner.get(row.id) ?? []));
  }

  /**
   * Puts `change(holdings)` in place of what a subscription holds; the texts alone change, no version is made. The row is locked first, as
   * every other writer does, so that nothing written meanwhile is lost; secrets that are just being purged are passed over.
   */
  rewrite(id: string, change: (current: SealedHoldings) => SealedHoldings): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      const row = await manager.findOne(SubscriptionEntity, { where: { id }, lock: { mode: 'for_no_key_update' } });
      if (row === null) return;
      const secrets = await manager.find(SigningSecretEntity, {
        where: { subscriptionId: id },
        lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
      });
      await write(manager, row, change(holdingsOf(row, secrets)));
    });
  }
}

const holdingsOf = (
  { id, tenantId, spec, secretHeaders, authSecret }: SubscriptionEntity,
  secrets: SigningSecretEntity[],
): SealedHoldings => ({
  id,
  tenantId,
  spec,
  secretHeaders,
  authSecret,
  secrets: secrets.map((secret) => ({ id: secret.id, sealed: secret.sealed })),
});

async function write(manager: EntityManager, before: SubscriptionEntity, after: SealedHoldings): Promise<void> {
  await manager.query('UPDATE subscriptions SET spec = $2, secret_headers = $3, auth_secret = $4 WHERE id = $1', [
    before.id,
    JSON.stringify(after.spec),
    JSON.stringify(after.secretHeaders),
    after.authSecret,
  ]);
  for (const { id, sealed } of after.secrets) await manager.query('UPDATE signing_secrets SET sealed = $2 WHERE id = $1', [id, sealed]);
}
