import { Module, type OnModuleInit } from '@nestjs/common';
import { CatalogModule } from '../../catalog/catalog.module.js';
import { DeliveriesModule } from '../../deliveries/deliveries.module.js';
import { ErrorEnvelopes } from '../../http/error-envelopes.js';
import { PublishModule } from '../../publish/publish.module.js';
import { SubscriptionsModule } from '../../subscriptions/subscriptions.module.js';
import { ActionMethodsController } from './action-methods.controller.js';
import { HookEventsController } from './hook-events.controller.js';
import { HookEventsService } from './hook-events.service.js';
import { HooksController } from './hooks.controller.js';
import { HooksService } from './hooks.service.js';
import { OMNITRON_PATH } from './omnitron-controller.decorator.js';
import { omnitronEnvelope } from './refusals.js';

/** The webhook services of Akinon's OMS (Omnitron) over the gateway's own. */
@Module({
  imports: [CatalogModule, DeliveriesModule, PublishModule, SubscriptionsModule],
  controllers: [ActionMethodsController, HookEventsController, HooksController],
  providers: [HookEventsService, HooksService],
})
export class OmnitronModule implements OnModuleInit {
  constructor(private readonly envelopes: ErrorEnvelopes) {}

  onModuleInit(): void {
    this.envelopes.use(`/${OMNITRON_PATH}/`, omnitronEnvelope);
  }
}
