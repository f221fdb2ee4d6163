import { ApiKeyEntity } from './api-key.entity.js';
import { AppEntity } from './app.entity.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { EventTypeEntity } from './event-type.entity.js';
import { SigningSecretEntity } from './signing-secret.entity.js';
import { SubscriptionEntity } from './subscription.entity.js';
import { TenantEntity } from './tenant.entity.js';

export const ENTITIES = [TenantEntity, ApiKeyEntity, AppEntity, EventTypeEntity, SubscriptionEntity, SigningSecretEntity, AuditEntryEntity];
