import { Module } from '@nestjs/common';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { StatsController } from './stats.controller.js';
import { StatsService } from './stats.service.js';
import { SubscriptionFiguresService } from './subscription-figures.service.js';
import { SubscriptionStatsController } from './subscription-stats.controller.js';

@Module({
  imports: [SubscriptionsModule],
  controllers: [StatsController, SubscriptionStatsController],
  providers: [StatsService, SubscriptionFiguresService],
})
export class StatsModule {}
