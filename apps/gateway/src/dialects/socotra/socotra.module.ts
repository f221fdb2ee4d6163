import { Module, type OnModuleInit } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { DeliveriesModule } from '../../deliveries/deliveries.module.js';
import { ErrorEnvelopes } from '../../http/error-envelopes.js';
import { SubscriptionsModule } from '../../subscriptions/subscriptions.module.js';
import { SocotraDivertedController } from './diverted.controller.js';
import { socotraEnvelope } from './error.js';
import { SocotraEventsController } from './events.controller.js';
import { SocotraWebhooksController } from './webhooks.controller.js';

/** The webhook API of Socotra's two products, spoken over the gateway's own services. */
@Module({
  imports: [AccessModule, DeliveriesModule, SubscriptionsModule],
  controllers: [SocotraWebhooksController, SocotraDivertedController, SocotraEventsController],
})
export class SocotraModule implements OnModuleInit {
  constructor(private readonly envelopes: ErrorEnvelopes) {}

  onModuleInit(): void {
    this.envelopes.use('/event/', socotraEnvelope);
  }
}
