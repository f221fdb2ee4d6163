import { Module } from '@nestjs/common';
import { OutboundRequestsController } from './outbound-requests.controller.js';

@Module({ controllers: [OutboundRequestsController] })
export class OutboundModule {}
