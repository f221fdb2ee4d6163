import type { Type } from '@nestjs/common';
import { ApiKeyStore } from './api-key.store.js';
import { AppStore } from './app.store.js';
import { EventTypeStore } from './event-type.store.js';
import { TenantStore } from './tenant.store.js';
import { AlertStore } from './alert.store.js';
import { OutboundRequestStore } from './outbound-request.store.js';
import { ExpungeStore } from './expunge.store.js';
import { RetentionStore } from './retention.store.js';
import { UpkeepStore } from './upkeep.store.js';
import { BreakerStore } from './breaker.store.js';
import { AuditStore } from './audit.store.js';
import { AttemptStore } from './attempt.store.js';
import { ClaimStore } from './claim.store.js';
import { DeliveryBodyStore } from './delivery-body.store.js';
import { DeliveryStore } from './delivery.store.js';
import { EventStore } from './event.store.js';
import { FanoutStore } from './fanout.store.js';
import { PublishStore } from './publish.store.js';
import { RateWindowStore } from './rate-window.store.js';
import { OverdueStore } from './overdue.store.js';
import { RecordStore } from './record.store.js';
import { ResealStore } from './reseal.store.js';
import { RegistryStore } from './registry.store.js';
import { BacklogStore } from './backlog.store.js';
import { RollupStore } from './rollup.store.js';
import { StatsStore } from './stats.store.js';
import { ReplayStepStore } from './replay-step.store.js';
import { ReplayStore } from './replay.store.js';
import { TestSendStore } from './test-send.store.js';
import { SubscriptionStatsStore } from './subscription-stats.store.js';
import { SubscriptionCatalogStore } from './subscription-catalog.store.js';
import { SigningSecretStore } from './signing-secret.store.js';
import { EndpointCheckStore } from './endpoint-check.store.js';
import { SubscriptionStore } from './subscription.store.js';
import { VitalsStore } from './vitals.store.js';

/** Every store, one per aggregate. Each takes the DataSource as its one constructor argument. */
export const STORES: Type[] = [
  TenantStore,
  ApiKeyStore,
  AppStore,
  EventTypeStore,
  EventStore,
  PublishStore,
  FanoutStore,
  ClaimStore,
  RecordStore,
  BreakerStore,
  OverdueStore,
  DeliveryStore,
  DeliveryBodyStore,
  AttemptStore,
  TestSendStore,
  RegistryStore,
  AlertStore,
  OutboundRequestStore,
  UpkeepStore,
  RetentionStore,
  ExpungeStore,
  AuditStore,
  RateWindowStore,
  ResealStore,
  SubscriptionStore,
  SigningSecretStore,
  SubscriptionCatalogStore,
  SubscriptionStatsStore,
  ReplayStore,
  ReplayStepStore,
  EndpointCheckStore,
  VitalsStore,
  RollupStore,
  StatsStore,
  BacklogStore,
];
