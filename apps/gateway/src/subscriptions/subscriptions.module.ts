import { Module } from '@nestjs/common';
import { PublishModule } from '../publish/publish.module.js';
import { EndpointCheckController } from './endpoint-check.controller.js';
import { SigningSecretsController } from './signing-secrets.controller.js';
import { SigningSecretsService } from './signing-secrets.service.js';
import { SourceAccess } from './source-access.js';
import { SubscriptionActionsController } from './subscription-actions.controller.js';
import { SubscriptionSecrets } from './subscription-secrets.js';
import { SubscriptionsController } from './subscriptions.controller.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { urlPolicyProvider } from './url-policy.provider.js';

@Module({
  imports: [PublishModule],
  controllers: [SubscriptionsController, SubscriptionActionsController, SigningSecretsController, EndpointCheckController],
  providers: [SubscriptionsService, SigningSecretsService, SubscriptionSecrets, SourceAccess, urlPolicyProvider],
  exports: [SubscriptionsService, SigningSecretsService],
})
export class SubscriptionsModule {}
