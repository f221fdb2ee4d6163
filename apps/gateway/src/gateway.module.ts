import { SettingsModule } from '#config/settings.module.js';
import { ObservabilityModule } from '#observability/observability.module.js';
import { StoreModule } from '#store/store.module.js';
import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { ConsoleModule } from './console/console.module.js';
import { ContensisModule } from './dialects/contensis/contensis.module.js';
import { OmnitronModule } from './dialects/omnitron/omnitron.module.js';
import { Os1Module } from './dialects/os1/os1.module.js';
import { SocotraModule } from './dialects/socotra/socotra.module.js';
import { ExplainModule } from './explain/explain.module.js';
import { ExpungesModule } from './expunges/expunges.module.js';
import { HttpModule } from './http/http.module.js';
import { OutboundModule } from './outbound/outbound.module.js';
import { PublishModule } from './publish/publish.module.js';
import { ReplaysModule } from './replays/replays.module.js';
import { StatsModule } from './stats/stats.module.js';
import { SubscriptionsModule } from './subscriptions/subscriptions.module.js';

/** Guards run in the order of these modules: who asks comes before what is asked. */
@Module({
  imports: [
    SettingsModule,
    ObservabilityModule.forProcess('tidings-gateway'),
    StoreModule.forProcess('tidings-gateway'),
    AccessModule,
    HttpModule,
    PublishModule,
    CatalogModule,
    SubscriptionsModule,
    DeliveriesModule,
    OutboundModule,
    ReplaysModule,
    ExpungesModule,
    StatsModule,
    ExplainModule,
    ConsoleModule,
    OmnitronModule,
    SocotraModule,
    Os1Module,
    ContensisModule,
  ],
})
export class GatewayModule {}
