import { WakeModule } from '#queue/queue.module.js';
import { Module } from '@nestjs/common';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryBodiesService } from './delivery-bodies.service.js';
import { DeliveryReportsService } from './delivery-reports.service.js';
import { DivertedController } from './diverted.controller.js';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';

@Module({
  imports: [WakeModule],
  controllers: [DeliveriesController, DivertedController, EventsController],
  providers: [DeliveriesService, DeliveryBodiesService, DeliveryReportsService, EventsService],
  exports: [DeliveriesService, DeliveryReportsService, EventsService],
})
export class DeliveriesModule {}
