import type { Type } from '@nestjs/common';
import { SubscriptionStatsStore } from './subscription-stats.store.js';
import { SubscriptionCatalogStore } from './subscription-catalog.store.js';
import { SigningSecretStore } from './signing-secret.store.js';
import { SubscriptionStore } from './subscription.store.js';

/** Every store, one per aggregate. Each takes the DataSource as its one constructor argument. */
export const STORES: Type[] = [
  SubscriptionStore,
  SigningSecretStore,
  SubscriptionCatalogStore,
  SubscriptionStatsStore,
];
