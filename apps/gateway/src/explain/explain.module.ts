import { Module } from '@nestjs/common';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { ExplainController } from './explain.controller.js';
import { ExplainService } from './explain.service.js';
import { PreviewController } from './preview.controller.js';

@Module({
  imports: [SubscriptionsModule],
  controllers: [ExplainController, PreviewController],
  providers: [ExplainService],
  exports: [ExplainService],
})
export class ExplainModule {}
