import { Module, type OnModuleInit } from '@nestjs/common';
import { AccessModule } from '../../access/access.module.js';
import { ErrorEnvelopes } from '../../http/error-envelopes.js';
import { SubscriptionsModule } from '../../subscriptions/subscriptions.module.js';
import { contensisError } from './error-envelope.js';
import { ProjectGuard } from './project.guard.js';
import { WebhookSubscriptionsController } from './webhook-subscriptions.controller.js';

/** Contensis' Management API for webhook subscriptions. */
@Module({
  imports: [AccessModule, SubscriptionsModule],
  controllers: [WebhookSubscriptionsController],
  providers: [ProjectGuard],
})
export class ContensisModule implements OnModuleInit {
  constructor(private readonly envelopes: ErrorEnvelopes) {}

  onModuleInit(): void {
    this.envelopes.use('/api/management/', contensisError);
  }
}
