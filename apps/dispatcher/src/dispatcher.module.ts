import { SETTINGS_TOKEN, SettingsModule } from '#config/settings.module.js';
import type { Settings } from '#config/settings.js';
import { ObservabilityModule } from '#observability/observability.module.js';
import { WakeModule } from '#queue/queue.module.js';
import { QUEUES } from '#queue/queues.js';
import { WorkerConnection } from '#queue/worker-connection.js';
import { StoreModule } from '#store/store.module.js';
import { openVault } from '#vault/open-vault.js';
import { Vault } from '#vault/vault.js';
import { BullModule } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import { Catalog } from './catalog/catalog.js';
import { DeliverProcessor } from './dispatch/deliver.processor.js';
import { FanoutProcessor, FloodProcessor } from './fanout/fanout.processor.js';
import { Lifecycle } from './lifecycle.js';
import { PIPELINE } from './pipeline.js';

@Global()
@Module({ providers: [WorkerConnection], exports: [WorkerConnection] })
class QueueConnectionModule {}

@Module({
  imports: [
    SettingsModule,
    ObservabilityModule.forProcess('tidings-dispatcher'),
    StoreModule.forProcess('tidings-dispatcher'),
    WakeModule,
    QueueConnectionModule,
    BullModule.forRootAsync({
      imports: [QueueConnectionModule],
      inject: [WorkerConnection],
      useFactory: ({ connection, prefix }: WorkerConnection) => ({ connection, prefix }),
    }),
    BullModule.registerQueue(...QUEUES.map((name) => ({ name }))),
  ],
  providers: [
    { provide: Vault, inject: [SETTINGS_TOKEN], useFactory: (settings: Settings) => openVault(settings.SECRET_KEYS) },
    Catalog,
    ...PIPELINE,
    FanoutProcessor,
    FloodProcessor,
    DeliverProcessor,
    Lifecycle,
  ],
})
export class DispatcherModule {}
