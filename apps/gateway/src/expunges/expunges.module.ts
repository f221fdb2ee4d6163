import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { ExpungesController } from './expunges.controller.js';
import { ExpungesService } from './expunges.service.js';

@Module({ imports: [DeliveriesModule], controllers: [ExpungesController], providers: [ExpungesService] })
export class ExpungesModule {}
