import { Module, type OnModuleInit } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { CatalogModule } from '../../catalog/catalog.module.js';
import { ErrorEnvelopes } from '../../http/error-envelopes.js';
import { SubscriptionsModule } from '../../subscriptions/subscriptions.module.js';
import { Os1AppsController } from './apps.controller.js';
import { os1Envelope } from './error-envelope.js';
import { OS1_PATH } from './os1-controller.decorator.js';
import { Os1EventsController } from './publisher-events.controller.js';
import { Os1Subscriptions } from './os1-subscriptions.js';
import { Publisher } from './publisher.js';
import { Os1SubscriptionsController } from './subscriptions.controller.js';
import { Sources } from './sources.js';

/** The API of OS1's webhooks service, spoken over the gateway's own services. */
@Module({
  imports: [AccessModule, CatalogModule, SubscriptionsModule],
  controllers: [Os1AppsController, Os1EventsController, Os1SubscriptionsController],
  providers: [Publisher, Sources, Os1Subscriptions],
})
export class Os1Module implements OnModuleInit {
  constructor(private readonly envelopes: ErrorEnvelopes) {}

  onModuleInit(): void {
    this.envelopes.use(`/${OS1_PATH}/`, os1Envelope);
  }
}
