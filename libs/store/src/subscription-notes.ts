import { type AuditAction, changedFields } from '#domain/audit.js';
import { formatId } from '#domain/ids.js';
import type { EntityManager } from 'typeorm';
import { audit } from './audit.js';
import type { SubscriptionEntity } from './entities/subscription.entity.js';

type Said = Pick<SubscriptionEntity, 'spec' | 'secretHeaders' | 'dialectFields' | 'enabled'>;

/** Writes into the audit log what became of a subscription, in the transaction of the change. */
export const note = (
  manager: EntityManager,
  action: AuditAction,
  { tenantId, id }: Pick<SubscriptionEntity, 'tenantId' | 'id'>,
  changed: string[] = [],
): Promise<void> => audit(manager, { tenantId, action, object: formatId('sub', id), changed });

/** What a new version says otherwise; what makes a difference to who may read along is said once more by itself. */
export async function noteChange(manager: EntityManager, before: SubscriptionEntity, change: Said): Promise<void> {
  const { spec, secretHeaders, dialectFields, enabled } = change;
  const changed = [
    ...changedFields(before.spec, spec),
    ...changedFields({ secretHeaders: before.secretHeaders, dialectFields: before.dialectFields }, { secretHeaders, dialectFields }),
    ...(before.enabled === enabled ? [] : ['enabled']),
  ];
  await note(manager, 'subscription.changed', before, changed);
  if (before.enabled !== enabled) await note(manager, enabled ? 'subscription.enabled' : 'subscription.disabled', before);
  if (before.spec.tls.verify && !spec.tls.verify) await note(manager, 'subscription.tls_verification_off', before);
}
